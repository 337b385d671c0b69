import type { JWTPayload } from 'jose';
import type { Logger } from 'pino';
import type { Clock } from '../util/clock.ts';
import { SCOPES, type Caller, type Scope } from './caller.ts';
import { IssuerKeys } from './issuer-keys.ts';

export interface JwtConfig {
  issuer: string;
  audience: string;
  jwksUri: string;
  algorithms: string[];
  /** The claim that tells scopes: a list, or one text with spaces between them. */
  scopeClaim: string;
  /** What the values of that claim stand for; left out: the scopes' own names. */
  scopes?: Record<string, Scope[]> | undefined;
  /** The claim that lists channels. Left out: a token opens all of them. */
  channelsClaim?: string | undefined;
}

/** How far the clocks of the issuer and of this machine may be apart. */
const CLOCK_TOLERANCE_SECONDS = 5;
const LONGEST_NAME = 128;

/** Tokens of one issuer, checked with the keys that it publishes; new keys are fetched when a token names one. */
export class JsonWebTokens {
  readonly #config: JwtConfig;
  readonly #keys: IssuerKeys;
  readonly #callers = new WeakSet<Caller>();

  constructor(config: JwtConfig, clock: Clock, log: Logger) {
    this.#config = config;
    this.#keys = new IssuerKeys(config.jwksUri, clock, log);
  }

  /** Whether it was let in by a token that was checked here. */
  has(caller: Caller): boolean {
    return this.#callers.has(caller);
  }

  /** Whether tokens are checked as this configuration says. */
  isOf(config: JwtConfig): boolean {
    return JSON.stringify(config) === JSON.stringify(this.#config);
  }

  /**
   * @param now Unix ms
   * @returns null when the token is not good: forged, expired, of another issuer, for somebody else
   * @throws KeysUnavailableError
   */
  async verify(token: string, now: number): Promise<Caller | null> {
    const { issuer, audience, algorithms } = this.#config;
    // Loaded with the first token: most gateways have keys only.
    const { errors, jwtVerify } = await import('jose');
    try {
      const { payload } = await jwtVerify(token, this.#keys.find, {
        issuer,
        audience,
        algorithms,
        clockTolerance: CLOCK_TOLERANCE_SECONDS,
        currentDate: new Date(now),
        requiredClaims: ['exp', 'sub'],
      });
      const caller = toCaller(payload, this.#config);
      this.#callers.add(caller);
      return caller;
    } catch (error) {
      // Whatever is wrong with a token is an error of the library's.
      if (error instanceof errors.JOSEError) return null;
      throw error;
    }
  }
}

function toCaller(payload: JWTPayload, { scopeClaim, scopes, channelsClaim }: JwtConfig): Caller {
  const granted = toTexts(payload[scopeClaim]).flatMap((value) =>
    scopes === undefined ? SCOPES.filter((scope) => scope === value) : (ownEntry(scopes, value) ?? []),
  );
  return {
    name: `jwt:${payload.sub ?? ''}`.slice(0, LONGEST_NAME),
    scopes: new Set(granted),
    // A token without the claim opens no channel.
    channels: channelsClaim === undefined ? null : new Set(toTexts(payload[channelsClaim])),
    expiresAt: (payload.exp ?? 0) * 1000,
  };
}

function toTexts(claim: unknown): string[] {
  if (typeof claim === 'string') return claim.split(' ').filter((text) => text !== '');
  return Array.isArray(claim) ? claim.filter((item) => typeof item === 'string') : [];
}

function ownEntry<T>(record: Record<string, T>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}
