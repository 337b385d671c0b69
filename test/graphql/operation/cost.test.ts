import { expect, test } from 'vitest';
import { costOf, type Cost } from '../../../src/graphql/operation/cost.ts';
import { readCostRules } from '../../../src/graphql/operation/cost-rules.ts';
import { smallSchema, toOperation } from '../../support/small-schema.ts';

const rules = readCostRules(smallSchema);
const limits = { maxPageSize: 100, maxRows: 1_000, maxDepth: 6 };

test.each<[string, Cost]>([
  ['{ __typename }', { calls: 0, rows: 0, depth: 1 }],
  ['{ shop { name } }', { calls: 1, rows: 0, depth: 2 }],
  // A list without a mark is taken for two items.
  ['{ shop { tags } }', { calls: 1, rows: 2, depth: 2 }],
  ['{ chats(first: 5) { nodes { name } } }', { calls: 2, rows: 5, depth: 3 }],
  ['{ chats(first: null) { nodes { name } } }', { calls: 2, rows: 50, depth: 3 }],
  ['{ chats { nodes { name } } }', { calls: 2, rows: 10, depth: 3 }],
  ['{ chats(first: 1, ids: ["a", "b", "c"]) { nodes { name } } }', { calls: 2, rows: 3, depth: 3 }],
  ['{ rows { id } }', { calls: 0, rows: 500, depth: 2 }],
  ['{ chats(first: 5) { nodes { chats(first: 2) { nodes { name } } } } }', { calls: 17, rows: 15, depth: 5 }],
  ['{ a: shop { name } b: shop { name } }', { calls: 2, rows: 0, depth: 2 }],
  // What the resolver refuses resolves nothing below.
  ['{ chats(first: 101) { nodes { chats { total } } } }', { calls: 2, rows: 0, depth: 1 }],
  ['{ rows(first: 1000) { id } }', { calls: 0, rows: 1_000, depth: 2 }],
  ['{ rows(first: 1001) { id } }', { calls: 0, rows: 0, depth: 1 }],
  ['{ chats(first: -5) { nodes { name } } }', { calls: 2, rows: 0, depth: 3 }],
  ['{ shop @skip(if: true) { name } }', { calls: 0, rows: 0, depth: 1 }],
  ['query { ...F } fragment F on Query { shop { name } }', { calls: 1, rows: 0, depth: 2 }],
])('%s costs %j', (text, cost) => {
  expect(costOf(toOperation(text), rules, limits)).toEqual(cost);
});

test('sizes count as they are in variables', () => {
  const operation = toOperation('query ($n: Int) { chats(first: $n) { nodes { name } } }', { n: 7 });
  expect(costOf(operation, rules, limits)).toEqual({ calls: 2, rows: 7, depth: 3 });
});

test('what is too deep, or spreads into more than can be counted, is refused', () => {
  const deep = '{ shop { chats { nodes { chats { nodes { chats { total } } } } } } }';
  expect(() => costOf(toOperation(deep), rules, limits)).toThrow(/more than 6 levels of selections/);
  const fragments = Array.from(
    { length: 16 },
    (_, index) =>
      `fragment F${index} on Shop { a: chats { nodes { ...F${index + 1} } } b: chats { nodes { ...F${index + 1} } } }`,
  );
  const bomb = `{ shop { ...F0 } } ${fragments.join(' ')} fragment F16 on Shop { name }`;
  expect(() => costOf(toOperation(bomb), rules, { ...limits, maxDepth: 100 })).toThrow(
    /more than 10000 selections/,
  );
});
