/** How the query of a pre-signed URL gives its expiry, in the ways of the object stores that providers use. */

/** Longer than any store signs; reading hosts and queries takes time in the square of their length. */
const MAX_LENGTH = 8 * 1024;

/**
 * @returns Unix ms when the URL expires; null when it does not say
 * @see https://www.alibabacloud.com/help/en/oss/developer-reference/ddd-signatures-to-urls
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
 */
export function toUrlExpiry(url: string): number | null {
  const parsed = parse(url);
  if (!parsed) return null;
  const query = new Map([...parsed.searchParams].map(([name, value]) => [name.toLowerCase(), value]));
  const end = query.get('expires');
  if (end !== undefined && /^\d{9,11}$/.test(end)) return Number(end) * 1000;
  const from = query.get('x-oss-date') ?? query.get('x-amz-date');
  const seconds = query.get('x-oss-expires') ?? query.get('x-amz-expires');
  if (from === undefined || seconds === undefined || !/^\d{1,9}$/.test(seconds)) return null;
  // 20261120T093000Z
  const start = Date.parse(from.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));
  return Number.isNaN(start) ? null : start + Number(seconds) * 1000;
}

/** @returns the last part of the URL's path, decoded, when it looks like a file's name; else null */
export function toFileNameInUrl(url: string): string | null {
  const parsed = parse(url);
  if (!parsed) return null;
  const segment = parsed.pathname.split('/').at(-1) ?? '';
  return /\.[A-Za-z0-9]{1,8}$/.test(segment) ? decode(segment) : null;
}

function parse(url: string): URL | null {
  return url.length <= MAX_LENGTH ? URL.parse(url) : null;
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    // A stray percent sign belongs to the name.
    return segment;
  }
}
