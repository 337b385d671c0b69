import { createSecretKey, randomBytes } from 'node:crypto';
import { deflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { pack, unpack } from '../../src/store/packing.ts';
import { createVault } from '../../src/store/vault.ts';
import { keptPageText, toKeptPage } from '../support/kept-messages.ts';
import { runs } from '../support/runs.ts';

test('any text comes back as it was', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 3_000 }), (text) => {
      expect(unpack(pack(text))).toBe(text.toWellFormed());
    }),
    { numRuns: runs(200) },
  );
});

test('a record takes about a third of its size, and as much more as a nonce and a tag when it is encrypted', async () => {
  const { entries } = await toKeptPage('whatsapp', keptPageText(0, 100, 100_000));
  const seal = createVault(createSecretKey(randomBytes(32))).record('archive_message.record');
  for (const { record } of entries) {
    const packed = pack(record);
    expect(packed.length).toBeLessThan(Buffer.byteLength(record) * 0.45);
    const sealed = seal.seal(record);
    expect(sealed.length).toBe(packed.length + 28);
    expect(seal.open(sealed)).toBe(record);
  }
});

test('what it has not made is refused', () => {
  const vault = createVault(null).record('archive_message.record');
  expect(() => vault.open('{}')).toThrow('The store holds a record that is not bytes');
  expect(() => unpack(Buffer.of(2, 1, 2))).toThrow(
    'The store holds a record in a format that this program does not know',
  );
  expect(() => unpack(Buffer.of())).toThrow('a format that this program does not know');
  expect(() => unpack(pack('a text').subarray(0, 4))).toThrow('unexpected end of file');
});

test('a record that would take more memory than any message does is refused before it does', () => {
  const bomb = Buffer.concat([Buffer.of(1), deflateRawSync(Buffer.alloc(2 ** 27 + 1))]);
  expect(() => unpack(bomb)).toThrow('Cannot create a Buffer larger than 134217728 bytes');
});
