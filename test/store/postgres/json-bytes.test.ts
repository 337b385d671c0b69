import { expect, test } from 'vitest';
import { toJsonBytes } from '../../../src/store/postgres/archive/json-bytes.ts';

test('bytes that are a text are sent as one, and all others so that they come back as they were', () => {
  const texts = ['', '{"text":"退款 \\u0000"}', '\uFEFF😀'];
  expect(texts.map((text) => toJsonBytes(Buffer.from(text)))).toEqual(texts.map((text) => ({ text })));
  expect(toJsonBytes('a')).toEqual({ text: 'a' });
  for (const bytes of [Uint8Array.of(0), Uint8Array.of(0xff, 0xfe), Uint8Array.of(0xed, 0xa0, 0x80)])
    expect(toJsonBytes(bytes)).toEqual({ base64: Buffer.from(bytes).toString('base64') });
});
