import fc from 'fast-check';
import { expect, test } from 'vitest';
import { toExcerpt, toPieces, type Span } from '../../../inbox/model/highlight.ts';
import { runs } from '../../support/runs.ts';

/** A text, and spans of whole characters in it, in order and apart, as the gateway gives them. */
const searched = fc
  .array(fc.tuple(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 30 }), fc.boolean()))
  .map((pieces) => {
    const spans: Span[] = [];
    let text = '';
    for (const [piece, isFound] of pieces) {
      if (isFound) spans.push({ start: text.length, end: text.length + piece.length });
      text += piece;
    }
    return { text, spans };
  });

test('the pieces are the text, and those that were found are its spans', () => {
  fc.assert(
    fc.property(searched, ({ text, spans }) => {
      const pieces = toPieces(text, spans);
      expect(pieces.map((piece) => piece.text).join('')).toBe(text);
      const found = pieces.filter(({ isFound }) => isFound).map((piece) => piece.text);
      expect(found).toEqual(spans.map(({ start, end }) => text.slice(start, end)));
    }),
    { numRuns: runs(300) },
  );
});

test('an excerpt has the first that was found, marks the same, and cuts no character of two code units', () => {
  fc.assert(
    fc.property(searched, fc.integer({ min: 80, max: 120 }), ({ text, spans }, length) => {
      const excerpt = toExcerpt(text, spans, length);
      expect(text).toContain(excerpt.text);
      expect(excerpt.text.isWellFormed()).toBe(text.isWellFormed());
      expect(excerpt.text.length).toBeLessThanOrEqual(length + 2);
      const found = excerpt.spans.map(({ start, end }) => excerpt.text.slice(start, end));
      expect(found).toEqual(spans.slice(0, found.length).map(({ start, end }) => text.slice(start, end)));
      const [first] = spans;
      if (first && first.end - first.start < 40) expect(found.length).toBeGreaterThan(0);
    }),
    { numRuns: runs(300) },
  );
});

test('a text that is short enough is its own excerpt', () => {
  const spans = [{ start: 2, end: 4 }];
  expect(toExcerpt('我要退款了', spans, 160)).toEqual({ text: '我要退款了', spans });
});
