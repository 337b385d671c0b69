import { parse } from 'graphql';
import { expect, test } from 'vitest';
import { checkCount, checkDocument, checkText } from '../../../src/graphql/operation/text-limits.ts';
import { smallSchema } from '../../support/small-schema.ts';

const limits = { maxTokens: 20, maxDepth: 3, maxAliases: 2, maxDirectives: 2 };

test.each<[string, string]>([
  ['{ a b c d e f g h i j k l m n o p q r s }', 'tokens'],
  ['\n'.repeat(20) + '{ a }', 'lines'],
  ['{ a { b { c { d } } } }', 'levels of selections'],
  ['{ a: x b: x c: x }', 'aliases'],
  ['{ a @x @x @x }', 'directives'],
])('%j has too many %s', (text, what) => {
  expect(() => {
    checkText(text, limits);
  }).toThrow(
    expect.objectContaining({
      code: 'QUERY_TOO_COMPLEX',
      message: expect.stringContaining(what) as string,
    }) as Error,
  );
});

test('values may lie in each other thirty-two deep', () => {
  const nested = (depth: number) => (): void => {
    checkText(`{ a(b: ${'['.repeat(depth - 1)}${']'.repeat(depth - 1)}) }`, { ...limits, maxTokens: 200 });
  };
  expect(nested(32)).not.toThrow();
  expect(nested(33)).toThrow(/levels of values/);
});

test('objects in values are no selections, and their fields no aliases', () => {
  expect(() => {
    checkText('{ a(b: { c: { d: { e: { f: 1 } } } }) }', { ...limits, maxTokens: 30 });
  }).not.toThrow();
});

test('what is no GraphQL is left to the parser', () => {
  expect(() => {
    checkText('{ a "unterminated', limits);
  }).not.toThrow();
});

test.each([
  ['{ shop @nothing { name } }', 'BAD_USER_INPUT', 'There is no directive "@nothing"'],
  ['{ shop @skip(if: true) @skip(if: true) { name } }', 'BAD_USER_INPUT', 'can be used once'],
  [`{ ${'shop '.repeat(21)}}`, 'QUERY_TOO_COMPLEX', 'more than 20 selections of one field'],
])('%s is refused', (text, code, message) => {
  expect(() => {
    checkDocument(parse(text), smallSchema);
  }).toThrow(expect.objectContaining({ code, message: expect.stringContaining(message) as string }) as Error);
});

test('a field may be selected in many places, and under many names', () => {
  const names = Array.from({ length: 30 }, (_, index) => `a${index}: shop { name }`);
  expect(() => {
    checkDocument(parse(`{ ${'shop { name } '.repeat(20)} ${names.join(' ')} }`), smallSchema);
  }).not.toThrow();
});

test('as many as are allowed are allowed', () => {
  expect(() => {
    checkCount('things', 3, 3);
  }).not.toThrow();
  expect(() => {
    checkCount('things', 4, 3);
  }).toThrow('The operation has more than 3 things. Request less, or send several requests.');
});
