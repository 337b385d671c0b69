/**
 * A sequence as it is stored. Databases compare texts by their bytes in UTF-8, and the gateway compares sequences by code unit:
 * so what is different between the two is stored as characters that databases order as code units are. PostgreSQL's texts
 * cannot hold U+0000.
 */
export function toSequenceText(sequence: string): string {
  return sequence
    .replaceAll(/[\0\u0001]/g, (unit) => (unit === '\0' ? '\u0001\u0001' : '\u0001\u0002'))
    .replaceAll(/[\uD800-\uFFFF]/g, (unit) => String.fromCodePoint(SHIFT + unit.charCodeAt(0)));
}

export function fromSequenceText(text: string): string {
  return text
    .replaceAll(/[\u{10000}-\u{1FFFF}]/gu, (character) =>
      String.fromCharCode((character.codePointAt(0) ?? 0) - SHIFT),
    )
    .replaceAll(/\u0001[\u0001\u0002]/g, (escaped) => (escaped === '\u0001\u0001' ? '\0' : '\u0001'));
}

/** Code units from U+D800 on come after all others, each as one character of four bytes. */
const SHIFT = 0x1_0000;
