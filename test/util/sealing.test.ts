import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Sealer } from '../../src/util/sealing.ts';

const secret = Buffer.alloc(32, 7);

test('opens what it sealed, and seals equal texts alike on every machine', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const sealed = new Sealer(secret, 'x').seal(text);
      expect(new Sealer(secret, 'x').seal(text)).toBe(sealed);
      // Lone surrogates have no UTF-8.
      expect(new Sealer(secret, 'x').open(sealed)).toBe(text.toWellFormed());
    }),
  );
});

test('refuses every change of a bit, every cut and every other spelling', () => {
  const sealer = new Sealer(secret, 'x');
  const sealed = sealer.seal('a text');
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
  const sealed = new Sealer(secret, 'x').seal('a text');
  expect(new Sealer(secret, 'y').open(sealed)).toBeNull();
  expect(new Sealer(Buffer.alloc(32, 8), 'x').open(sealed)).toBeNull();
});
