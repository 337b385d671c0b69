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
  /** The claim that lists scopes: a list, or one string with spaces. */
  scopeClaim: string;
  /** What the values of that claim mean; default: the scopes' own names. */
  scopes?: Record<string, Scope[]> | undefined;
  /** The claim that lists channels. Default: a token opens all of them. */
  channelsClaim?: string | undefined;
}

/** The tolerated clock difference between the issuer and this machine. */
const CLOCK_TOLERANCE_SECONDS = 5;
const LONGEST_NAME = 128;

/** Checks tokens of one issuer with the keys that it publishes; fetches new keys when a token names one. */
export class JsonWebTokens {
  readonly #config: JwtConfig;
  readonly #keys: IssuerKeys;
  readonly #callers = new WeakSet<Caller>();

  constructor(config: JwtConfig, clock: Clock, log: Logger) {
    this.#config = config;
    this.#keys = new IssuerKeys(config.jwksUri, clock, log);
  }

  /** Whether a token that was checked here admitted the caller. */
  has(caller: Caller): boolean {
    return this.#callers.has(caller);
  }

  /** Whether tokens are checked as this configuration says. */
  isOf(config: JwtConfig): boolean {
    return JSON.stringify(config) === JSON.stringify(this.#config);
  }

  /**
   * @param now Unix ms
   * @returns null when the token is invalid: forged, expired, of another issuer, for another audience
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
      // Every defect of a token is an error of the library.
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
