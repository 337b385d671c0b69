/** Parses the JSON of providers, and of strangers who pose as them: in linear time, whatever the text is. */

/** JavaScript holds every whole number of fewer digits exactly. */
const LONG_NUMBER_DIGITS = 16;
const MAY_HOLD_LONG_NUMBER = /\d{16}/;
const CONTROL_CHARACTER = /[\u0000-\u001f]/;
/** To parse a text takes long when a stranger has made it for that, so one that is long is parsed once. */
const MAX_PARSED_TWICE = 512 * 1024;
const LONG_NUMBER = /^-?[1-9]\d{15,}$/;
const QUOTE = '"'.charCodeAt(0);
const BACKSLASH = '\\'.charCodeAt(0);
const COLON = ':'.charCodeAt(0);
const ESCAPES = Array.from({ length: 32 }, (_, code) => `\\u${code.toString(16).padStart(4, '0')}`);

/**
 * Parses JSON from a provider: whole numbers too long for a JavaScript number become strings of their digits (ids of
 * 19 digits would be rounded), and raw control characters inside strings, which some providers send, are kept.
 *
 * @throws SyntaxError when the text is not JSON even so
 */
export function parseProviderJson(text: string): unknown {
  if (MAY_HOLD_LONG_NUMBER.test(text)) return JSON.parse(withoutOddities(text));
  const isShort = text.length <= MAX_PARSED_TWICE;
  if (!isShort && CONTROL_CHARACTER.test(text)) return JSON.parse(withoutOddities(text));
  // Control characters are rare, and the parser finds them by itself.
  try {
    return JSON.parse(text);
  } catch (error) {
    if (!isShort) throw error;
    return JSON.parse(withoutOddities(text));
  }
}

/**
 * Quotes long whole numbers and escapes control characters inside strings; outside of strings these are white space
 * or an error. A scan, since a reviver costs a call for each value, and a regular expression scans again from each
 * quote.
 */
function withoutOddities(text: string): string {
  const pieces: string[] = [];
  let copied = 0;
  const replace = (start: number, end: number, piece: string): void => {
    pieces.push(text.slice(copied, start), piece);
    copied = end;
  };
  let isInString = false;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (isInString) {
      if (code === BACKSLASH && text.charCodeAt(at + 1) >= ESCAPES.length) at++;
      else if (code === QUOTE) isInString = false;
      else if (code < ESCAPES.length) replace(at, at + 1, ESCAPES[code] ?? '');
    } else if (code === QUOTE) {
      isInString = true;
    } else if (isNumberPart(code)) {
      const end = endOfNumber(text, at);
      const isLong = end - at >= LONG_NUMBER_DIGITS && LONG_NUMBER.test(text.slice(at, end));
      if (isLong && !isExact(text.slice(at, end)) && !isBeforeColon(text, end)) {
        replace(at, end, `"${text.slice(at, end)}"`);
      }
      at = end - 1;
    }
  }
  pieces.push(text.slice(copied));
  return pieces.join('');
}

function isExact(digits: string): boolean {
  return Number.isSafeInteger(Number(digits));
}

function endOfNumber(text: string, start: number): number {
  let end = start + 1;
  while (end < text.length && isNumberPart(text.charCodeAt(end))) end++;
  return end;
}

/** What a number of JSON may have in it: digits, signs, a point, an exponent. */
function isNumberPart(code: number): boolean {
  return (
    (code >= 0x30 && code <= 0x39) ||
    code === 0x2d ||
    code === 0x2b ||
    code === 0x2e ||
    (code | 0x20) === 0x65
  );
}

/** A number as a key is an error, which quotes would hide. */
function isBeforeColon(text: string, end: number): boolean {
  let at = end;
  while (at < text.length && text.charCodeAt(at) <= 0x20) at++;
  return text.charCodeAt(at) === COLON;
}
