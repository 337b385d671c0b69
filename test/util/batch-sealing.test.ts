import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BatchSealer } from '../../src/util/batch-sealing.ts';

const secret = Buffer.alloc(32, 7);
const sealer = new BatchSealer(secret, 'x');

test('opens what it sealed, and seals a text alike alone, among others and on every machine', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'binary', maxLength: 70 }), { maxLength: 9 }), (texts) => {
      const sealed = sealer.sealAll(texts);
      expect(texts.flatMap((text) => new BatchSealer(secret, 'x').sealAll([text]))).toEqual(sealed);
      // Lone surrogates have no UTF-8.
      expect(sealed.map((each) => new BatchSealer(secret, 'x').open(each))).toEqual(
        texts.map((text) => text.toWellFormed()),
      );
    }),
  );
});

test('texts of one page that are almost alike have nothing in common when they are sealed', () => {
  const texts = Array.from({ length: 200 }, (_, index) => `${'the same '.repeat(8)}${index}`);
  const sealed = sealer.sealAll(texts).map((each) => Buffer.from(each, 'base64url'));
  const blocks = sealed.flatMap((bytes) =>
    Array.from({ length: Math.floor(bytes.length / 16) }, (_, block) =>
      bytes.toString('hex', block * 16, block * 16 + 16),
    ),
  );
  expect(new Set(blocks).size).toBe(blocks.length);
});

test('refuses every change of a bit, every cut and every other spelling', () => {
  const [sealed = ''] = sealer.sealAll(['a text of more than one block']);
  const bytes = Buffer.from(sealed, 'base64url');
  for (let bit = 0; bit < bytes.length * 8; bit++) {
    const changed = Buffer.from(bytes);
    changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    expect(sealer.open(changed.toString('base64url'))).toBeNull();
  }
  for (let length = 0; length < sealed.length; length++)
    expect(sealer.open(sealed.slice(0, length))).toBeNull();
  for (const other of [`${sealed}=`, ` ${sealed}`, `${sealed}\n`, `${sealed}A`])
    expect(sealer.open(other)).toBeNull();
});

test('refuses what another secret or another purpose sealed', () => {
  const [sealed = ''] = sealer.sealAll(['a text']);
  expect(new BatchSealer(secret, 'y').open(sealed)).toBeNull();
  expect(new BatchSealer(Buffer.alloc(32, 8), 'x').open(sealed)).toBeNull();
});
