import type { Logger } from 'pino';
import { RequestError } from '../errors/request-error.ts';
import type { Clock } from '../util/clock.ts';
import { ApiKeys, type ApiKeyEntry } from './api-keys.ts';
import { ANONYMOUS, type Caller } from './caller.ts';
import { readCredential, type Headers } from './credentials.ts';
import { JsonWebTokens, type JwtConfig } from './json-web-tokens.ts';

export interface AuthConfig {
  apiKeys: ApiKeyEntry[];
  jwt?: JwtConfig | undefined;
}

/** Three parts in base64url: a JSON Web Token and no key of ours. */
const TOKEN = /^[\w-]+\.[\w-]+\.[\w-]+$/;

/** Authenticates callers by the current configuration. */
export class Authenticator {
  readonly #clock: Clock;
  readonly #log: Logger;
  #isOpen = true;
  #apiKeys = new ApiKeys([]);
  #tokens: JsonWebTokens | null = null;
  /** Monotonic: when admitted callers have to leave. */
  readonly #ends = new WeakMap<Caller, number>();

  /** @param config null: every caller is admitted, for the loopback interface only */
  constructor(config: AuthConfig | null, clock: Clock, log: Logger) {
    this.#clock = clock;
    this.#log = log;
    this.replace(config);
  }

  /** Whether callers need no credentials. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Applies another configuration: callers whose key or token is not in it have to leave. */
  replace(config: AuthConfig | null): void {
    this.#isOpen = config === null;
    this.#apiKeys = new ApiKeys(config?.apiKeys ?? [], this.#apiKeys);
    const jwt = config?.jwt;
    if (!jwt) this.#tokens = null;
    else if (!this.#tokens?.isOf(jwt)) this.#tokens = new JsonWebTokens(jwt, this.#clock, this.#log);
  }

  /**
   * @throws RequestError `UNAUTHENTICATED`
   * @throws KeysUnavailableError
   */
  async authenticate(headers: Headers): Promise<Caller> {
    if (this.#isOpen) return ANONYMOUS;
    const credential = readCredential(headers);
    if (credential === null) {
      throw new RequestError(
        'UNAUTHENTICATED',
        'Send an API key or a token: as "Authorization: Bearer …", as "X-API-Key: …", or as the password of HTTP Basic.',
      );
    }
    const caller = this.#apiKeys.find(credential) ?? (await this.#verify(credential));
    if (caller === null) {
      throw new RequestError('UNAUTHENTICATED', 'This API key or token is invalid, revoked or expired.');
    }
    return caller;
  }

  /** Whether an admitted caller may stay: keys can be removed, tokens expire. */
  isCurrent(caller: Caller): boolean {
    if (caller === ANONYMOUS) return this.#isOpen;
    const isKnown = this.#apiKeys.has(caller) || (this.#tokens?.has(caller) ?? false);
    return isKnown && !this.#isExpired(caller);
  }

  async #verify(credential: string): Promise<Caller | null> {
    if (!this.#tokens || !TOKEN.test(credential)) return null;
    const caller = await this.#tokens.verify(credential, this.#clock.now());
    if (caller?.expiresAt == null) return caller;
    // Here the issuer's time counts; from now on, elapsed time.
    const leftMs = caller.expiresAt - this.#clock.now();
    this.#ends.set(caller, this.#clock.monotonic() + leftMs);
    return leftMs > 0 ? caller : null;
  }

  #isExpired(caller: Caller): boolean {
    return (this.#ends.get(caller) ?? Infinity) <= this.#clock.monotonic();
  }
}
