import { createCipheriv, randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isSignedWith, openCallback, toSignature } from '../../../src/datasources/wecom/push/verify.ts';

/** The sample of WeCom's own libraries, which the README of npm's wework-crypt has too. */
const PUBLISHED = {
  token: 'QDG6eK',
  encodingAesKey: 'jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C',
  timestamp: '1409659589',
  nonce: '263014780',
  encrypted: 'P9nAzCzyDtyTWESHep1vC5X9xho/qYX3Zpb4yKa9SKld1DsH3Iyt3tP3zNdtp+4RPcs8TgAE7OaBO+FZXvnaqQ==',
  signature: '5c45ff5e21c57e6ad56bac8758b79b1d9ac89fd3',
};
const { encodingAesKey } = PUBLISHED;

/** Encrypts without padding of its own. */
function seal(padded: Buffer): string {
  const key = Buffer.from(encodingAesKey, 'base64');
  const cipher = createCipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false);
  return Buffer.concat([cipher.update(padded), cipher.final()]).toString('base64');
}

function toPlain(message: string, receiveId: string, length = Buffer.byteLength(message)): Buffer {
  const head = Buffer.alloc(4);
  head.writeUInt32BE(length);
  return Buffer.concat([randomBytes(16), head, Buffer.from(message), Buffer.from(receiveId)]);
}

function pad(plain: Buffer): Buffer {
  const padding = 32 - (plain.length % 32);
  return Buffer.concat([plain, Buffer.alloc(padding, padding)]);
}

describe('the published sample', () => {
  test('has the published signature', () => {
    expect(toSignature(PUBLISHED.token, PUBLISHED)).toBe(PUBLISHED.signature);
    expect(isSignedWith(PUBLISHED.token, PUBLISHED, PUBLISHED.signature)).toBe(true);
  });

  test('opens to the published text and receiver', () => {
    expect(openCallback(PUBLISHED.encrypted, encodingAesKey)).toEqual({
      message: '1616140317555161061',
      receiveId: 'wx5823bf96d3bd56c7',
    });
  });
});

describe('a signature', () => {
  test.each<[string, Partial<typeof PUBLISHED>]>([
    ['another token', { token: 'QDG6eL' }],
    ['another timestamp', { timestamp: '1409659590' }],
    ['another nonce', { nonce: '263014781' }],
    ['another text', { encrypted: PUBLISHED.encrypted.toLowerCase() }],
    ['another signature', { signature: PUBLISHED.signature.replace('5', '6') }],
    ['a shorter signature', { signature: PUBLISHED.signature.slice(0, -1) }],
    ['a longer signature', { signature: `${PUBLISHED.signature}0` }],
    ['no signature', { signature: '' }],
  ])('is wrong with %s', (_, change) => {
    const { token, signature, ...parts } = { ...PUBLISHED, ...change };
    expect(isSignedWith(token, parts, signature)).toBe(false);
  });
});

describe('opening', () => {
  test('takes off each of the 32 lengths of padding', () => {
    const lengths = new Set<number>();
    for (let size = 0; size < 32; size++) {
      const padded = pad(toPlain('x'.repeat(size), 'ww1'));
      lengths.add(padded.at(-1) ?? 0);
      expect(openCallback(seal(padded), encodingAesKey)).toEqual({
        message: 'x'.repeat(size),
        receiveId: 'ww1',
      });
    }
    expect(lengths.size).toBe(32);
  });

  test('brings back every message and receiver, in every script', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', maxLength: 200 }),
        fc.string({ minLength: 1 }),
        (message, receiveId) => {
          expect(openCallback(seal(pad(toPlain(message, receiveId))), encodingAesKey)).toEqual({
            message,
            receiveId,
          });
        },
      ),
    );
  });

  test.each<[string, string]>([
    ['nothing', ''],
    ['half a block', Buffer.alloc(8).toString('base64')],
    ['a padding of 0', seal(Buffer.alloc(64))],
    ['a padding of 33', seal(Buffer.alloc(64, 33))],
    ['a padding longer than the text', seal(Buffer.alloc(16, 32))],
    [
      'a padding of unlike bytes',
      seal(Buffer.concat([pad(toPlain('hello', 'ww1')).subarray(0, 31), Buffer.from([2])])),
    ],
    ['nothing but padding', seal(Buffer.alloc(32, 32))],
    ['less than its head', seal(pad(randomBytes(19)))],
    ['a length one beyond the end', seal(pad(toPlain('hello', 'ww1', 9)))],
    ['a length beyond all bounds', seal(pad(toPlain('hello', 'ww1', 0xff_ff_ff_ff)))],
  ])('refuses %s', (_, encrypted) => {
    expect(openCallback(encrypted, encodingAesKey)).toBeNull();
  });

  test('refuses what was encrypted with another key', () => {
    const otherKey = `${'A'.repeat(42)}E`;
    expect(openCallback(PUBLISHED.encrypted, otherKey)).toBeNull();
  });

  test('never throws, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 160 }), (bytes) => {
        const whole = Buffer.from(bytes).subarray(0, bytes.length - (bytes.length % 16));
        openCallback(Buffer.from(bytes).toString('base64'), encodingAesKey);
        openCallback(seal(whole), encodingAesKey);
      }),
      { numRuns: 500 },
    );
  });
});
