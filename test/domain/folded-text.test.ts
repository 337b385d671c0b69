import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { fold, foldWithPlaces } from '../../src/domain/folded-text.ts';
import { runs } from '../support/runs.ts';
import { searchedText } from '../support/searched-texts.ts';

const CHARACTERS = Array.from({ length: 0x11_0000 }, (_, code) => code)
  .filter((code) => code < 0xd800 || code > 0xdfff)
  .map((code) => String.fromCodePoint(code));

/** As the standard has it: Unicode's NFKC_Casefold, with small letters. */
function foldWhole(text: string): string {
  const shown = text.normalize('NFKC').replaceAll(/\p{Default_Ignorable_Code_Point}/gu, '');
  const small = Array.from(shown, (character) => character.toLowerCase()).join('');
  return small.replaceAll('ς', 'σ').normalize('NFKC');
}

test.each([
  ['full width', 'ＡＢＣ１２３', 'abc123'],
  ['half-width kana', 'ｶﾞｷﾞ', 'ガギ'],
  ['ligatures', 'ﬁne Æ', 'fine æ'],
  ['marks', 'e\u0301 É', 'é é'],
  ['letters of Hangul', 'ㄱㅏ \u1112\u1161\u11ab', '가 한'],
  ['final sigma', 'ΟΔΟΣ οδος', 'οδοσ οδοσ'],
  ['squared words', '㍿ ㎏ ①', '株式会社 kg 1'],
  ['joiners and soft hyphens', 'می\u200Cخواهم ex\u00ADample', 'میخواهم example'],
  ['ways to show an emoji', '❤\uFE0F', '❤'],
])('%s fold', (_, text, folded) => {
  expect(fold(text)).toBe(folded);
});

test('every character folds as Unicode says, and no more when it is folded again', () => {
  const wrong = CHARACTERS.filter((character) => {
    const folded = fold(character);
    return folded !== foldWhole(character) || (folded !== character && fold(folded) !== folded);
  });
  expect(wrong).toEqual([]);
});

test('characters that become one with what is before them are folded with it', () => {
  /** By the last part of what is written as one character, also when that is written in another form. */
  const lasts = Map.groupBy(CHARACTERS, (character) => Array.from(character.normalize('NFKC'))[0] ?? '');
  const wrong = CHARACTERS.filter((character) => {
    const parts = Array.from(character.normalize('NFD'));
    const last = parts.pop();
    if (parts.length === 0 || last === undefined) return false;
    const first = parts.join('');
    return lasts.get(last)?.some((form) => fold(first + form) !== foldWhole(first + form));
  });
  expect(wrong).toEqual([]);
  const marks = CHARACTERS.filter((character) => /^\p{M}/u.test(character.normalize('NFKC')));
  expect(marks.filter((mark) => foldWithPlaces(`x${mark}`).starts.some((start) => start > 0))).toEqual([]);
});

test('a text folds as its characters do, and each unit tells where it comes from', () => {
  fc.assert(
    fc.property(searchedText(40), (text) => {
      const { folded, starts, ends } = foldWithPlaces(text);
      expect(folded).toBe(fold(text));
      expect(folded).toBe(foldWhole(text));
      expect([starts.length, ends.length]).toEqual([folded.length, folded.length]);
      const parts = [...new Set(starts)].map((start) => {
        const unit = starts.indexOf(start);
        return [text.slice(start, ends[unit]), folded.slice(unit, starts.lastIndexOf(start) + 1)] as const;
      });
      expect(parts.map(([part]) => fold(part))).toEqual(parts.map(([, part]) => part));
    }),
    { numRuns: runs(1_000) },
  );
});

test('no more than 30 marks are sorted at once', () => {
  const marks = '\u0301\u0316'.repeat(500);
  expect(Array.from(fold(`a${marks}`))).toHaveLength(1_000);
  expect(fold(`a${marks}`)).not.toBe(`a${marks}`.normalize('NFKC'));
});

test('plain text is not taken apart to tell its places, and other characters are folded once', () => {
  const normalize = vi.spyOn(String.prototype, 'normalize');
  try {
    const plain = 'Plain LETTERS, 汉字 かな 한 '.repeat(100);
    const { folded, starts, ends } = foldWithPlaces(plain);
    expect(folded).toBe(plain.toLowerCase());
    expect([...starts]).toEqual(Array.from(plain, (_, index) => index));
    expect([...ends]).toEqual(Array.from(plain, (_, index) => index + 1));
    expect(normalize).not.toHaveBeenCalled();
    foldWithPlaces('Привет'.repeat(1_000));
    expect(normalize.mock.calls.length).toBeLessThan(20);
  } finally {
    normalize.mockRestore();
  }
});
