import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseProviderJson } from '../../../src/datasources/kit/json.ts';

test('whole numbers that JavaScript would round come back as their digits', () => {
  expect(
    parseProviderJson(
      '{"id":8423922419416375296,"small":42,"ratio":0.1234567890123456789,"text":"8423922419416375296"}',
    ),
  ).toEqual({
    id: '8423922419416375296',
    small: 42,
    ratio: 0.12345678901234568,
    text: '8423922419416375296',
  });
});

test('raw control characters inside strings survive', () => {
  expect(parseProviderJson('{"text":"line one\nline two\u0001 \\"quoted\\"",\n"n":1}')).toEqual({
    text: 'line one\nline two\u0001 "quoted"',
    n: 1,
  });
});

test('what is not JSON even so is refused', () => {
  for (const text of ['', '<html></html>', '{"cut":"in the mid', '{"a":1}{"b":2}']) {
    expect(() => parseProviderJson(text)).toThrow(SyntaxError);
  }
});

test('any JSON means what JSON.parse says it means', () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      const expected: unknown = JSON.parse(text);
      fc.pre(!/\d{16}/.test(text));
      expect(parseProviderJson(text)).toEqual(expected);
    }),
  );
});

test('a long text is parsed as a short one is', () => {
  const long = 'x'.repeat(600_000);
  expect(parseProviderJson(`{"long":"${long}","text":"two\nlines","id":1234567890123456789}`)).toEqual({
    long,
    text: 'two\nlines',
    id: '1234567890123456789',
  });
  expect(parseProviderJson(`["${long}","\t"]`)).toEqual([long, '\t']);
  expect(() => parseProviderJson(`["${long}"`)).toThrow(SyntaxError);
});
