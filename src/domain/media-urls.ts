import type { MessagePart } from './records.ts';

/** @returns Unix ms: when the URLs of media expire, of those that say so */
export function urlExpiriesOf(parts: readonly MessagePart[] | null): number[] {
  const media = (parts ?? []).map((part) =>
    part.type === 'QUOTE' ? part.media : part.type === 'MEDIA' ? part : null,
  );
  return media.flatMap((part) => part?.urlExpiresAt ?? []);
}

/**
 * Whether two records tell the same: providers sign the URLs of media anew each time they list them.
 *
 * @param one a record as JSON, as is the other
 */
export function isSameRecord(one: string, other: string): boolean {
  if (one === other) return true;
  return mayExpire(one) && mayExpire(other) && toUnsigned(one) === toUnsigned(other);
}

/** Parsing costs more than looking. */
function mayExpire(record: string): boolean {
  return record.includes('"urlExpiresAt":');
}

function toUnsigned(record: string): string {
  return JSON.stringify(JSON.parse(record, (_, value: unknown) => withoutSignature(value)));
}

function withoutSignature(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('urlExpiresAt' in value)) return value;
  if (typeof value.urlExpiresAt !== 'number') return value;
  const url = 'url' in value ? toPathOf(value.url) : null;
  const thumbnailUrl = 'thumbnailUrl' in value ? toPathOf(value.thumbnailUrl) : null;
  return { ...value, urlExpiresAt: 0, url, thumbnailUrl };
}

/** A signature, and when it ends, are in a URL's query. */
function toPathOf(url: unknown): unknown {
  if (typeof url !== 'string') return url;
  const query = url.search(/[?#]/);
  return query === -1 ? url : url.slice(0, query);
}
