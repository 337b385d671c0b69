import { createHmac } from 'node:crypto';
import { deflateSync } from 'node:zlib';
import type { Clock } from '../../util/clock.ts';
import type { Secret } from '../kit/secret.ts';

export interface UserSigClaims {
  sdkAppId: number;
  userId: string;
  /** Unix seconds. */
  issuedAt: number;
  /** A duration in seconds, not a moment. */
  lifetimeSeconds: number;
}

/**
 * Signs a user in, as version 2 of the provider's signature does: the claims with their HMAC, as deflated JSON in
 * base64 whose `+`, `/` and `=` are `*`, `-` and `_`. That is not base64url; it needs no escaping in a URL.
 *
 * @see https://github.com/tencentyun/tls-sig-api-v2-node
 */
export function createUserSig(
  { sdkAppId, userId, issuedAt, lifetimeSeconds }: UserSigClaims,
  secretKey: string,
): string {
  // Every line ends, the last one too.
  const signed =
    `TLS.identifier:${userId}\nTLS.sdkappid:${sdkAppId}\n` +
    `TLS.time:${issuedAt}\nTLS.expire:${lifetimeSeconds}\n`;
  const claims = {
    'TLS.ver': '2.0',
    'TLS.identifier': userId,
    'TLS.sdkappid': sdkAppId,
    'TLS.time': issuedAt,
    'TLS.expire': lifetimeSeconds,
    'TLS.sig': createHmac('sha256', secretKey).update(signed).digest('base64'),
  };
  return deflateSync(JSON.stringify(claims))
    .toString('base64')
    .replaceAll('+', '*')
    .replaceAll('/', '-')
    .replaceAll('=', '_');
}

/** The shortest lifetime that the provider advises. */
const LIFETIME_SECONDS = 86_400;
/** The remaining lifetime is a margin for clocks that differ. */
const USED_SHARE_OF_LIFE = 0.8;

export interface UserSigsOptions {
  sdkAppId: number;
  userId: string;
  secretKey: Secret;
  clock: Clock;
}

/** One signature, used until it expires or is refused. */
export class UserSigs {
  readonly #options: UserSigsOptions;
  /** `usedUntil` is monotonic. */
  #current: { userSig: string; usedUntil: number } | null = null;

  constructor(options: UserSigsOptions) {
    this.#options = options;
  }

  get(): string {
    const { clock, secretKey, sdkAppId, userId } = this.#options;
    const now = clock.monotonic();
    if (this.#current === null || now >= this.#current.usedUntil) {
      const claims = {
        sdkAppId,
        userId,
        issuedAt: Math.floor(clock.now() / 1000),
        lifetimeSeconds: LIFETIME_SECONDS,
      };
      this.#current = {
        userSig: createUserSig(claims, secretKey.reveal()),
        usedUntil: now + LIFETIME_SECONDS * 1000 * USED_SHARE_OF_LIFE,
      };
    }
    return this.#current.userSig;
  }

  /** Drops a signature that the provider refused, unless it has been replaced meanwhile. */
  refuse(userSig: string): void {
    if (this.#current?.userSig === userSig) this.#current = null;
  }
}
