import fc from 'fast-check';

/** Characters of many kinds, few of each, so that searches find something. */
const ALPHABETS = [
  Array.from('退款订单货我要'),
  Array.from('をがカきカー々'),
  Array.from('한국어가나ㄱㅏㅋ'),
  Array.from('abAB1'),
  Array.from('كتابم'),
  Array.from('กีาน้ำ'),
  [...Array.from('Σσςéß'), 'e\u0301'],
  ['😀', '👍', '👍🏽', '❤️', '🇨🇳', '👩‍👧'],
  ['\u0301', '\u0316', '\u3099', '\u200D', '\uFE0F', '\u00AD'],
  Array.from('ＡｂａﬁＫﾞｶｷ㍿½①'),
  Array.from('ñнİı'),
];
const SEPARATORS = [' ', ' ', ',', '。', "'", '-', '!', '\n'];

/** Mixed texts of up to so many characters. */
export function searchedText(maxLength: number): fc.Arbitrary<string> {
  const run = fc
    .constantFrom(...ALPHABETS)
    .chain((alphabet) => fc.string({ unit: fc.constantFrom(...alphabet), minLength: 1, maxLength: 5 }));
  const separator = fc.oneof(
    { weight: 3, arbitrary: fc.constant('') },
    { weight: 2, arbitrary: fc.constantFrom(...SEPARATORS) },
  );
  return fc
    .array(fc.tuple(run, separator), { maxLength: Math.ceil(maxLength / 3) })
    .map((parts) => Array.from(parts.flat().join('')).slice(0, maxLength).join(''));
}

/** A text, and a search that is often a part of it. */
export function textAndSearch(): fc.Arbitrary<[text: string, search: string]> {
  return searchedText(30).chain((text) =>
    fc.tuple(fc.constant(text), fc.oneof(searchedText(4), { weight: 2, arbitrary: partOf(text) })),
  );
}

/** Up to 8 units of a text, which may begin or end within a character. */
export function partOf(text: string): fc.Arbitrary<string> {
  return fc
    .tuple(fc.nat(text.length), fc.integer({ min: 1, max: 8 }))
    .map(([from, length]) => text.slice(from, from + length));
}
