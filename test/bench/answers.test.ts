import { expect, test } from 'vitest';
import { differenceOf, expectEqual, expectSameNodes, toBody } from '../../bench/graphql.ts';
import { numbersIn, toText } from '../../bench/webhooks.ts';

test('an answer that differs is refused with the place of the first difference, and not with the whole', () => {
  const page = { nodes: [{ id: 'a' }, { id: 'b', text: 'x'.repeat(10_000) }] };
  expect(() => {
    expectEqual(page, structuredClone(page), 'page');
  }).not.toThrow();
  expect(() => {
    expectEqual(page, { nodes: [{ id: 'a' }, { id: 'c', text: page.nodes[1]?.text }] }, 'page');
  }).toThrow('It differs from the reference at page.nodes.1.id: "b" rather than "c"');
});

test('what is missing, more, or of another kind is a difference', () => {
  expect(differenceOf({ a: 1 }, {}, 'it')).toBe('it.a: 1 rather than nothing');
  expect(differenceOf({}, { a: null }, 'it')).toBe('it.a: nothing rather than null');
  expect(differenceOf([1], [1, 2], 'it')).toBe('it.1: nothing rather than 2');
  expect(differenceOf('1', 1, 'it')).toBe('it: "1" rather than 1');
});

test('of pages that were read at different times only the messages are compared', () => {
  const asked = (nodes: unknown[], endCursor: string): Parameters<typeof expectSameNodes>[0] => ({
    body: toBody('{ messages { nodes { id } pageInfo { endCursor } } }'),
    answer: { data: { messages: { nodes, pageInfo: { endCursor } } } },
    answerBytes: 0,
  });
  expect(() => {
    expectSameNodes(asked([1, 2], 'then'), asked([1, 2], 'now'));
  }).not.toThrow();
  expect(() => {
    expectSameNodes(asked([1, 3], 'now'), asked([1, 2], 'now'));
  }).toThrow('nodes.1: 3 rather than 2');
});

test('a pushed message is found by its number, which is no part of another one', () => {
  const text = `{"text":"${toText(1)}"}\n{"text":"${toText(12)}"} bench-3`;
  expect(numbersIn(text)).toEqual([1, 12]);
});
