/**
 * What a spreadsheet takes for the start of a formula: the signs in their Western and full-width forms, also after
 * invisible characters. A spreadsheet may split a cell before a leading tab or line break.
 */
const FORMULA = /^(?:[\t\r\n]|[\s\p{C}]*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20\uFE66\uFE62\uFE63\uFE6B])/u;

/**
 * Makes an untrusted text safe to open in a spreadsheet: a formula gets a leading apostrophe. Lone surrogates and
 * NULs, which break readers of UTF-8 and C strings, become U+FFFD.
 */
export function toSafeCell(text: string): string {
  const clean = text.toWellFormed().replaceAll('\0', '\uFFFD');
  return FORMULA.test(clean) ? `'${clean}` : clean;
}
