/**
 * What a spreadsheet takes for the beginning of a formula: the signs as they are typed in the West and in the East, also
 * behind characters that are not seen. A cell that begins with a tab or a line break may be split before it.
 */
const FORMULA = /^(?:[\t\r\n]|[\s\p{C}]*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20\uFE66\uFE62\uFE63\uFE6B])/u;

/**
 * Makes a text that anybody may have written safe to be opened in a spreadsheet: what would be run as a formula gets an
 * apostrophe before it. Halves of characters and NULs, on which readers of UTF-8 and of C strings stumble, become U+FFFD.
 */
export function toSafeCell(text: string): string {
  const clean = text.toWellFormed().replaceAll('\0', '\uFFFD');
  return FORMULA.test(clean) ? `'${clean}` : clean;
}
