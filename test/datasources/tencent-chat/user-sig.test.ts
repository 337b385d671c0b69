import { inflateSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { Secret } from '../../../src/datasources/kit/secret.ts';
import { createUserSig, UserSigs } from '../../../src/datasources/tencent-chat/user-sig.ts';
import { TestClock } from '../../support/test-clock.ts';

const CLAIMS = {
  sdkAppId: 1_400_000_000,
  userId: 'administrator',
  issuedAt: 1_600_000_000,
  lifetimeSeconds: 86_400,
};

function read(userSig: string): unknown {
  const base64 = userSig.replaceAll('*', '+').replaceAll('-', '/').replaceAll('_', '=');
  return JSON.parse(inflateSync(Buffer.from(base64, 'base64')).toString());
}

describe('a user signature', () => {
  test('holds its claims and their HMAC', () => {
    // The HMAC was worked out with the provider's own signing library.
    expect(read(createUserSig(CLAIMS, 'test-key'))).toEqual({
      'TLS.ver': '2.0',
      'TLS.identifier': 'administrator',
      'TLS.sdkappid': 1_400_000_000,
      'TLS.time': 1_600_000_000,
      'TLS.expire': 86_400,
      'TLS.sig': 'Bu9UEtWzkPskxMQ7N0Lm2PK9I/MoauM7bog8DZysyOg=',
    });
  });

  test('has no character that a URL would change', () => {
    for (let issuedAt = 0; issuedAt < 200; issuedAt++) {
      const userSig = createUserSig({ ...CLAIMS, issuedAt }, 'test-key');
      expect(new URLSearchParams({ userSig }).toString()).toBe(`userSig=${userSig}`);
    }
  });

  test('is used for four fifths of its day, and replaced when it is refused', () => {
    const clock = new TestClock(1_600_000_000_000);
    const options = { sdkAppId: 1, userId: 'administrator', secretKey: new Secret('key'), clock };
    const sigs = new UserSigs(options);
    const first = sigs.get();
    clock.advance(0.8 * 86_400_000 - 1);
    expect(sigs.get()).toBe(first);
    clock.advance(1);
    const second = sigs.get();
    expect(second).not.toBe(first);
    clock.advance(1_000);
    sigs.refuse(first);
    expect(sigs.get()).toBe(second);
    sigs.refuse(second);
    expect(sigs.get()).not.toBe(second);
  });
});
