import { expect, test } from 'vitest';
import type { JsonValue } from '../../src/domain/records.ts';
import { carriesCredentials, withoutCredentials } from '../../src/gateway/url-credentials.ts';

test.each([
  ['https://x.example/a', false],
  ['https://x.example/a#part', false],
  ['https://x.example/a?', false],
  ['https://x.example/a?sig=1', true],
  ['https://u@x.example/a', true],
  ['https://u:p@x.example/a', true],
  ['not a URL', true],
])('%s carries credentials: %s', (url, carries) => {
  expect(carriesCredentials(url)).toBe(carries);
});

test.each<[JsonValue, JsonValue]>([
  ['see https://u:p@x.example/a?sig=1#top now', 'see https://x.example/a#top now'],
  ['{"url":"https:\\/\\/x.example\\/a?sig=1"}', '{"url":"https:\\/\\/x.example\\/a"}'],
  ['HTTP://x.example/a?b "https://x.example/c?d"', 'HTTP://x.example/a "https://x.example/c"'],
  ['Is this it? Yes', 'Is this it? Yes'],
  [{ list: ['https://x.example/?a', 1, null, true] }, { list: ['https://x.example/', 1, null, true] }],
])('%j loses its credentials and nothing else', (value, rest) => {
  expect(withoutCredentials(value)).toEqual(rest);
});
