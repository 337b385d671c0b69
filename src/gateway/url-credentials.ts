import type { JsonValue } from '../domain/records.ts';

/**
 * Providers sign their URLs in the query, each in its own way; so a URL with a query, or with a user name, carries
 * credentials.
 */
export function carriesCredentials(url: string): boolean {
  if (!URL.canParse(url)) return true;
  const { search, username, password } = new URL(url);
  return search !== '' || username !== '' || password !== '';
}

const URL_IN_TEXT =
  /(https?:(?:\\?\/){2})(?:[^\s"'\\/?#]*@)?((?:[^\s"'\\?#]|\\\/)*)(?:\?(?:[^\s"'\\#]|\\\/)*)?/gi;

/** The same value, with every URL in its strings cut to what carries no credentials. */
export function withoutCredentials(value: JsonValue): JsonValue {
  if (typeof value === 'string') return value.replace(URL_IN_TEXT, '$1$2');
  if (Array.isArray(value)) return value.map(withoutCredentials);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, withoutCredentials(item)]));
}
