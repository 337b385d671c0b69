const URLS: ReadonlySet<string> = new Set(['url', 'thumbnailUrl']);

/**
 * Whether two records say the same of a message. URLs of media are signed anew each time that they are listed, which changes nothing of it.
 *
 * @param one JSON. @param other JSON
 */
export function isSameRecord(one: string, other: string): boolean {
  return one === other || unsigned(one) === unsigned(other);
}

function unsigned(record: string): string {
  return JSON.stringify(JSON.parse(record), (name, value: unknown) => {
    if (name === 'urlExpiresAt') return null;
    return typeof value === 'string' && URLS.has(name) ? (value.split('?', 1)[0] ?? '') : value;
  });
}
