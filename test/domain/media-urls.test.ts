import { expect, test } from 'vitest';
import { isSameRecord } from '../../src/domain/media-urls.ts';

const toRecord = (url: string, urlExpiresAt: number | null, text = 'a'): string =>
  JSON.stringify({ text, parts: [{ type: 'MEDIA', url, thumbnailUrl: null, urlExpiresAt }] });

test('a URL that is signed anew is the same, and another file, text or unsigned URL is not', () => {
  const record = toRecord('https://x/a?sign=1', 1);
  expect(isSameRecord(record, record)).toBe(true);
  expect(isSameRecord(record, toRecord('https://x/a?sign=2\n', 2))).toBe(true);
  expect(isSameRecord(record, toRecord('https://x/b?sign=1', 1))).toBe(false);
  expect(isSameRecord(record, toRecord('https://x/a?sign=1', 1, 'b'))).toBe(false);
  expect(isSameRecord(toRecord('https://x/a?id=1', null), toRecord('https://x/a?id=2', null))).toBe(false);
});
