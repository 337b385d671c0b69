/** Parses what providers call JSON. */

const LONG_NUMBER = /\d{16}/;
const WHOLE_NUMBER = /^-?\d+$/;

/**
 * Parses JSON from a provider: whole numbers too long for a JavaScript number come back as strings of their digits
 * (ids of 19 digits would be rounded), and raw control characters inside strings, which some providers send, survive.
 *
 * @throws SyntaxError when the text is not JSON even so
 */
export function parseProviderJson(text: string): unknown {
  const parse = LONG_NUMBER.test(text) ? parseKeepingDigits : (json: string): unknown => JSON.parse(json);
  try {
    return parse(text);
  } catch (error) {
    const escaped = escapeControlCharacters(text);
    if (escaped === text) throw error;
    return parse(escaped);
  }
}

function parseKeepingDigits(text: string): unknown {
  const reviver = (_key: string, value: unknown, context: { source: string }): unknown =>
    typeof value === 'number' && !Number.isSafeInteger(value) && WHOLE_NUMBER.test(context.source)
      ? context.source
      : value;
  // The reviver's third argument is in the language and in Node, but not yet in TypeScript's library.
  return JSON.parse(text, reviver as (key: string, value: unknown) => unknown);
}

/** Escapes control characters inside JSON strings; outside of strings they are white space or an error, and stay. */
function escapeControlCharacters(text: string): string {
  return text.replace(/"(?:[^"\\]|\\[^])*"/g, (string) =>
    string.replace(
      /[\u0000-\u001f]/g,
      (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
    ),
  );
}
