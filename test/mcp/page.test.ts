import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cutText } from '../../src/mcp/cut.ts';
import { toPage } from '../../src/mcp/page.ts';
import { Table } from '../../src/mcp/table.ts';
import { runs } from '../support/runs.ts';

const MAX_LENGTH = 20_000;
const anyText = fc.string({ unit: 'binary', maxLength: 300 });

test('a text is cut to what it takes as JSON, between characters, and is whole when it fits', () => {
  fc.assert(
    fc.property(anyText, fc.integer({ min: 6, max: 200 }), (text, max) => {
      const piece = cutText(text, max);
      expect(text.startsWith(piece)).toBe(true);
      expect(JSON.stringify(piece).length - 2).toBeLessThanOrEqual(max);
      if (JSON.stringify(text).length - 2 <= max) expect(piece).toBe(text);
      else expect(piece).not.toMatch(/[\uD800-\uDBFF]$/);
      if (text.length > 1) expect(piece.length).toBeGreaterThan(0);
    }),
    { numRuns: runs(3_000) },
  );
});

interface Node {
  id: number;
  by: number;
  text: string;
}

/** Reads a list to its end as a model does that follows each cursor. @returns the ids, and the longest page as JSON */
function walk(nodes: readonly Node[], first: number): { ids: number[]; longest: number; pages: number } {
  const ids: number[] = [];
  let [longest, pages] = [0, 0];
  let after: string | undefined = '-1';
  while (after !== undefined) {
    const rest = nodes.filter(({ id }) => id > Number(after));
    const edges = rest.slice(0, first).map((node) => ({ cursor: String(node.id), node }));
    const hasNextPage = rest.length > first;
    const people = new Table<{ name: string }>('p');
    const { items, nextCursor, notes } = toPage(
      edges,
      { hasNextPage, endCursor: edges.at(-1)?.cursor ?? null },
      ({ id, by, text }) => ({
        id,
        text,
        by: people.keyOf(String(by), () => ({ name: `${by} `.repeat(50) })),
      }),
      [people],
    );
    ids.push(...items.map(({ id }) => id));
    // Each item refers to an entry, and each entry is referred to.
    expect(new Set(items.map(({ by }) => by))).toEqual(new Set(people.entries.map(({ key }) => key)));
    expect(notes.length > 0).toBe(items.length < edges.length);
    if (items.length > 1) longest = Math.max(longest, JSON.stringify([items, people.entries]).length);
    pages++;
    after = nextCursor;
  }
  return { ids, longest, pages };
}

test('pages have every item once, each as much as fits, and name all that their items refer to', () => {
  const nodes = fc
    .array(fc.tuple(fc.nat(30), fc.integer({ min: 0, max: 9_000 })), { maxLength: 60 })
    .map((all) => all.map(([by, length], id): Node => ({ id, by, text: 'x'.repeat(length) })));
  fc.assert(
    fc.property(nodes, fc.integer({ min: 1, max: 40 }), (all, first) => {
      const { ids, longest } = walk(all, first);
      expect(ids).toEqual(all.map(({ id }) => id));
      // The commas and brackets between items are not counted.
      expect(longest).toBeLessThan(MAX_LENGTH + 200);
    }),
    { numRuns: runs(300) },
  );
});

test('an empty page that more follows is noted', () => {
  expect(toPage([], { hasNextPage: true, endCursor: 'x' }, () => ({}))).toEqual({
    items: [],
    nextCursor: 'x',
    notes: [expect.stringContaining('more follows')],
  });
  expect(toPage([], { hasNextPage: false, endCursor: null }, () => ({}))).toEqual({ items: [], notes: [] });
});
