import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fold } from '../../src/domain/folded-text.ts';
import { highlightsOf, matchesSearch, toSearch, type Search } from '../../src/domain/search.ts';
import { runs } from '../support/runs.ts';
import { slowlyMatches } from '../support/slow-search.ts';
import { textAndSearch } from '../support/searched-texts.ts';

const matches = (text: string, search: string): boolean => matchesSearch(text, toSearch(search));
const highlighted = (text: string, search: string): string[] =>
  highlightsOf(text, toSearch(search)).map(({ start, end }) => text.slice(start, end));

test.each([
  ['我要退款，谢谢', '退款', true],
  ['我要退款，谢谢', '退', true],
  ['我要退款，谢谢', '谢谢 退款', true],
  ['我要退款，谢谢', '要退款', true],
  ['我要退款，谢谢', '要款', false],
  ['我要退款，谢谢', '退款谢谢', false],
  ['コーヒーをください', 'コーヒー', true],
  ['ｺｰﾋｰ', 'コーヒー', true],
  ['한국어를 배워요', '국어', true],
  ['สวัสดีครับ', 'สวัสดี', true],
  ['Refund my order', 'ORDER refund', true],
  ['Refund my order', 'refund order now', false],
  ['Refunded', 'refund', false],
  ['a refund-request', 'refund', true],
  ['order 12345', '12345', true],
  ['order 12345', '1234', false],
  ['iPhone15手机壳', 'iphone15', true],
  ['iPhone15手机壳', '手机 iPhone15', true],
  ['iPhone15手机壳', 'iphone', false],
  ['ＶＩＰ客户', 'vip', true],
  ['ﬁne', 'FINE', true],
  ['cafe\u0301', 'CAFÉ', true],
  ['cafe\u0301', 'cafe', false],
  ['مرحبا بك', 'مرحبا', true],
  ['مرحبا بك', 'مرح', false],
  ['好的👍🏽', '👍', true],
  ['❤\uFE0F', '❤', true],
  ['👨\u200D👩\u200D👧', '👩', true],
  ['', 'a', false],
])('%j is found by %j: %s', (text, search, isFound) => {
  expect(matches(text, search)).toBe(isFound);
  expect(highlighted(text, search).length > 0 && isFound).toBe(isFound);
});

test.each(['', ' ', '。，!?', '\u200D\uFE0F', '\uD83D'])('%j has no words', (search) => {
  expect(toSearch(search)).toEqual([]);
});

test('words of a search are there once', () => {
  expect(toSearch('Refund 退款 refund 退款 ＲＥＦＵＮＤ')).toEqual([
    { text: 'refund', isWhole: true },
    { text: '退款', isWhole: false },
  ]);
});

test.each([
  ['我要退款退款', '退款', ['退款', '退款']],
  ['哈哈哈 哈', '哈哈', ['哈哈哈']],
  ['退款项', '退款 款项', ['退款项']],
  ['Order an order', 'order', ['Order', 'order']],
  ['reorder order', 'order', ['order']],
  ['cafe\u0301!', 'café', ['cafe\u0301']],
  ['ｶﾞｷﾞ', 'ガ', ['ｶﾞ']],
  ['㍿です', '会社', ['㍿']],
  ['好👍🏽', '👍', ['👍']],
  ['💔❤\uFE0F', '❤', ['❤\uFE0F']],
])('in %j, %j is highlighted as %j', (text, search, parts) => {
  expect(highlighted(text, search)).toEqual(parts);
});

test('the first hundred highlights are told', () => {
  const spans = highlightsOf('退。'.repeat(150), toSearch('退'));
  expect(spans).toEqual(
    Array.from({ length: 100 }, (_, index) => ({ start: 2 * index, end: 2 * index + 1 })),
  );
});

test('a text is found as by looking at each of its parts', () => {
  let found = 0;
  fc.assert(
    fc.property(textAndSearch(), ([text, search]) => {
      const words = toSearch(search);
      const isFound = slowlyMatches(text, search);
      if (isFound) found++;
      expect([text, search, words.length > 0 && matchesSearch(text, words)]).toEqual([text, search, isFound]);
    }),
    { numRuns: runs(6_000) },
  );
  expect(found).toBeGreaterThan(500);
});

test('what is highlighted is the words, all of them, and nothing else', () => {
  let checked = 0;
  fc.assert(
    fc.property(textAndSearch(), ([text, search]) => {
      const words = toSearch(search);
      const spans = highlightsOf(text, words);
      for (const [index, { start, end }] of spans.entries()) {
        expect(start).toBeGreaterThanOrEqual(spans[index - 1]?.end ?? 0);
        const highlight = text.slice(start, end);
        const shown = fold(highlight);
        expect(words.some((word) => shown.includes(word.text))).toBe(true);
        // Marks stay with what they are on, letters of Hangul with their syllable, and one character may stand for several.
        if (
          !/[\p{M}\p{Emoji_Modifier}⁄㍿\u1100-\u11FF\u3131-\u318E]/u.test(
            highlight + highlight.normalize('NFKC'),
          )
        )
          expect([shown, coveredBy(shown, words)]).toEqual([shown, shown.length]);
        checked++;
      }
      // By a letter, so that what is left of a run that a span cuts is no word.
      const rest = Array.from(text.split(''), (unit, at) =>
        spans.some(({ start, end }) => at >= start && at < end) ? 'ѫ' : unit,
      ).join('');
      // A digit of a fraction ends the word after it.
      if (!text.includes('½')) for (const word of words) expect(matchesSearch(rest, [word])).toBe(false);
    }),
    { numRuns: runs(6_000) },
  );
  expect(checked).toBeGreaterThan(500);
});

/** How many units lie in a word. */
function coveredBy(text: string, words: Search): number {
  const covered = new Set<number>();
  for (const { text: word } of words)
    for (let at = text.indexOf(word); at !== -1; at = text.indexOf(word, at + 1))
      for (let unit = 0; unit < word.length; unit++) covered.add(at + unit);
  return covered.size;
}
