import { RequestError } from '../errors/request-error.ts';

/** Header names in lower case, as Node.js has them. */
export type Headers = Readonly<Record<string, string | string[] | undefined>>;

/**
 * Reads the credential of a request: `Authorization: Bearer …`, `X-API-Key: …`, or `Authorization: Basic …` with the
 * key as password (or as user name, with an empty password), which is all that some BI tools can send.
 *
 * @returns null when there is none
 * @throws RequestError `UNAUTHENTICATED` when it is malformed
 */
export function readCredential(headers: Headers): string | null {
  const apiKey = single(headers['x-api-key']);
  if (apiKey) return apiKey;
  const authorization = single(headers['authorization']);
  if (!authorization) return null;
  const [, scheme = '', value = ''] = /^(\w+) +(\S+)$/.exec(authorization.trim()) ?? [];
  switch (scheme.toLowerCase()) {
    case 'bearer':
      return value;
    case 'basic':
      return readBasic(value);
    default:
      throw new RequestError(
        'UNAUTHENTICATED',
        'The Authorization header is invalid: send "Bearer KEY", or "Basic" with the key as the password, or the key as X-API-Key.',
      );
  }
}

function readBasic(value: string): string | null {
  const text = Buffer.from(value, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  // The key is the password, or the user name if there is no password.
  return (colon < 0 ? text : text.slice(colon + 1) || text.slice(0, colon)) || null;
}

function single(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}
