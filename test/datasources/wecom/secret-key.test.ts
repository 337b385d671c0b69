import { constants, createPublicKey, generateKeyPairSync, publicEncrypt } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { UpstreamError } from '../../../src/errors/upstream-error.ts';
import {
  readPrivateKeys,
  unwrapSecretKey,
  WrongPrivateKeyError,
} from '../../../src/datasources/wecom/secret-key.ts';
import { privateKeyOf, wrapKey } from '../../../src/sandbox/wecom/keys.ts';
import { TestBudget } from '../../support/dependencies.ts';
import { createWalk, walkAll } from '../../support/walk-source.ts';
import { NOW, openWorld, sourceOf } from './wecom-world.ts';

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'wecom-keys-'));
});
afterAll(() => {
  rmSync(directory, { recursive: true });
});

function keyOf(version: 1 | 2) {
  const name = `key-${version}.pem`;
  writeFileSync(join(directory, name), privateKeyOf(version));
  const key = readPrivateKeys('corp', { [version]: name }, directory).get(version);
  if (!key) throw new Error('No key was read');
  return key;
}

/** Encrypts a block as it stands, without adding a padding. */
function encryptBlock(block: Buffer): string {
  const key = createPublicKey(privateKeyOf(1));
  return publicEncrypt({ key, padding: constants.RSA_NO_PADDING }, block).toString('base64');
}

describe('unwrapping', () => {
  test('every message gives its key, whichever version it was wrapped for', async () => {
    await using world = await openWorld({ messages: 60, keyDirectory: directory });
    const { messages } = await walkAll(sourceOf(world.channel), createWalk('ASC', NOW));
    const versions = new Set<number>();
    for (const { key } of messages) {
      const message = await world.channel.findMessage(key, new TestBudget(NOW));
      if (message?.encryptedSecretKey == null || message.publicKeyVersion === null) continue;
      const { encryptedSecretKey, publicKeyVersion } = message;
      versions.add(publicKeyVersion);
      expect(world.channel.unwrapSecretKey(encryptedSecretKey, publicKeyVersion)).toBe(
        world.sandbox.secretKeyOf(key),
      );
    }
    expect([...versions]).toEqual([1, 2]);
  });

  test('is null for a version that is not configured', async () => {
    await using world = await openWorld({ messages: 0 });
    expect(world.channel.unwrapSecretKey(wrapKey('secret', 1), 1)).toBeNull();
  });

  test('tells a wrong private key, always', () => {
    const other = keyOf(2);
    for (let i = 0; i < 300; i++) {
      expect(() => unwrapSecretKey(wrapKey(`secret-${i}`, 1), other)).toThrow(WrongPrivateKeyError);
    }
  });

  test('tells an operator which private key does not fit, as a failure that clients may see', async () => {
    await using world = await openWorld({ messages: 0, keyDirectory: directory });
    const swapped = join(directory, 'swapped.pem');
    writeFileSync(swapped, privateKeyOf(2));
    const channel = world.connect({ privateKeys: { 1: swapped } });
    const unwrap = (): unknown => channel.unwrapSecretKey(wrapKey('secret', 1), 1);
    expect(unwrap).toThrow(UpstreamError);
    expect(unwrap).toThrow(
      expect.objectContaining({
        channel: 'corp',
        provider: 'WECOM',
        code: 'UPSTREAM_MISCONFIGURED',
        isRetryable: false,
        advice:
          'The private key of version 1 does not fit: configure the one whose public key was set at WeCom under that version',
      }),
    );
  });

  test.each(['', 'KEYAAAAAAABBBBBB', 'not base64 at all!'])(
    'refuses what is not a wrapped key: "%s"',
    (text) => {
      expect(() => unwrapSecretKey(text, keyOf(1))).toThrow('length');
    },
  );

  test.each([
    ['another block type', [0, 1], 8, 'secret'],
    ['a first byte that is not 0', [1, 2], 8, 'secret'],
    ['too short a padding', [0, 2], 7, 'secret'],
    ['nothing inside', [0, 2], 253, ''],
    ['bytes that are no text', [0, 2], 8, '\u0001\u0080'],
  ])('refuses a block with %s', (_, start, paddingBytes, payload) => {
    const block = Buffer.alloc(256, 0x41);
    block.set(start);
    block[2 + paddingBytes] = 0;
    const text = Buffer.from(payload, 'latin1');
    if (text.length > 0) {
      block.fill(0x20, 3 + paddingBytes);
      text.copy(block, 256 - text.length);
    }
    expect(() => unwrapSecretKey(encryptBlock(block), keyOf(1))).toThrow('another private key');
  });

  test('takes a block with the least padding', () => {
    const block = Buffer.concat([
      Buffer.from([0, 2]),
      Buffer.alloc(8, 7),
      Buffer.from([0]),
      Buffer.alloc(245, 0x6b),
    ]);
    expect(unwrapSecretKey(encryptBlock(block), keyOf(1))).toBe('k'.repeat(245));
  });
});

describe('a private key file', () => {
  test.each([
    ['that is not there', null],
    ['that is not PEM', 'not a key, but secret all the same'],
    [
      'that holds a public key',
      () => createPublicKey(privateKeyOf(1)).export({ type: 'spki', format: 'pem' }).toString(),
    ],
    [
      'of another kind',
      () => generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    ],
    [
      'of another length',
      () =>
        generateKeyPairSync('rsa', { modulusLength: 1024 })
          .privateKey.export({ type: 'pkcs1', format: 'pem' })
          .toString(),
    ],
  ])('%s is refused by its version, without a word of the key', async (_, content) => {
    await using world = await openWorld({ messages: 0 });
    const path = join(directory, 'wrong.pem');
    rmSync(path, { force: true });
    const text = typeof content === 'function' ? content() : content;
    if (text !== null) writeFileSync(path, text);
    let message = '';
    try {
      world.connect({ privateKeys: { '7': path } });
    } catch (error) {
      message = String(error);
    }
    expect(message).toContain('corp: privateKeys.7: ');
    expect(message).toContain('wrong.pem');
    for (const line of text?.split('\n').filter(Boolean) ?? []) expect(message).not.toContain(line);
  });
});
