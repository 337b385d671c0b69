import type { JWTVerifyGetKey } from 'jose';
import type { Logger } from 'pino';
import { z } from 'zod';
import type { Clock } from '../util/clock.ts';

/** How long keys are fresh: a withdrawn one may stay valid for so long. */
const FRESH_MS = 600_000;
/** How long stale keys are used, counted from when they were fetched, while the issuer does not answer. */
const USABLE_MS = 3_600_000;
/** The pause between requests to the issuer: tokens with made-up key ids must not cause a request each. */
const PAUSE_AFTER_ANSWER_MS = 30_000;
const PAUSE_AFTER_FAILURE_MS = 10_000;
const TIMEOUT_MS = 5_000;
const MAX_BYTES = 1024 * 1024;

/** The issuer's keys are not available, so tokens cannot be checked. */
export class KeysUnavailableError extends Error {
  override readonly name = 'KeysUnavailableError';
  readonly retryAfterSeconds: number;

  constructor(retryAfterSeconds: number) {
    super(
      `The gateway cannot fetch the token issuer's keys, so it cannot check tokens; retry in ${retryAfterSeconds} s. API keys work.`,
    );
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

const keySet = z.object({ keys: z.array(z.looseObject({ kty: z.string() })) });

/** The keys that an issuer publishes. One request at a time fetches them, and all callers wait for it. */
export class IssuerKeys {
  readonly #url: string;
  readonly #clock: Clock;
  readonly #log: Logger;
  #known: { find: JWTVerifyGetKey; fetchedAt: number } | null = null;
  #hasFailed = false;
  /** By the monotonic clock. */
  #askAgainAt = -Infinity;
  #asking: Promise<void> | null = null;

  constructor(url: string, clock: Clock, log: Logger) {
    this.#url = url;
    this.#clock = clock;
    this.#log = log;
  }

  /** @throws KeysUnavailableError */
  readonly find: JWTVerifyGetKey = async (header, token) => {
    if (this.#age > FRESH_MS) await this.#ask();
    try {
      return await this.#keys()(header, token);
    } catch (error) {
      const { errors } = await import('jose');
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
      // The issuer may have added it since.
      await this.#ask();
      if (this.#hasFailed) throw this.#unavailable();
      return this.#keys()(header, token);
    }
  };

  get #age(): number {
    return this.#known === null ? Infinity : this.#clock.monotonic() - this.#known.fetchedAt;
  }

  #keys(): JWTVerifyGetKey {
    if (this.#known === null || this.#age > USABLE_MS) throw this.#unavailable();
    return this.#known.find;
  }

  #unavailable(): KeysUnavailableError {
    const leftMs = this.#askAgainAt - this.#clock.monotonic();
    return new KeysUnavailableError(Math.max(1, Math.ceil(leftMs / 1000)));
  }

  /** Does nothing when the issuer was asked just now. A failure is kept, not thrown: earlier keys may do. */
  async #ask(): Promise<void> {
    if (this.#asking === null && this.#clock.monotonic() < this.#askAgainAt) return;
    this.#asking ??= this.#fetch().finally(() => {
      this.#asking = null;
    });
    await this.#asking;
  }

  async #fetch(): Promise<void> {
    try {
      const { createLocalJWKSet } = await import('jose');
      const find = createLocalJWKSet(await fetchKeySet(this.#url, this.#clock.timeout(TIMEOUT_MS)));
      this.#known = { find, fetchedAt: this.#clock.monotonic() };
      this.#hasFailed = false;
    } catch (error) {
      this.#hasFailed = true;
      const isUsable = this.#age <= USABLE_MS;
      if (isUsable)
        this.#log.warn(
          { err: error },
          "The issuer's keys cannot be fetched; the gateway uses the cached ones",
        );
      else this.#log.error({ err: error }, "The issuer's keys cannot be fetched; tokens cannot be checked");
    }
    const pauseMs = this.#hasFailed ? PAUSE_AFTER_FAILURE_MS : PAUSE_AFTER_ANSWER_MS;
    this.#askAgainAt = this.#clock.monotonic() + pauseMs;
  }
}

async function fetchKeySet(url: string, signal: AbortSignal): Promise<z.output<typeof keySet>> {
  const response = await fetch(url, {
    headers: { accept: 'application/jwk-set+json, application/json' },
    redirect: 'error',
    signal,
  });
  if (!response.ok) {
    await response.body?.cancel();
    throw new Error(`The issuer answered with status ${response.status}`);
  }
  const chunks: Uint8Array[] = [];
  let size = 0;
  const body: AsyncIterable<Uint8Array> | null = response.body;
  for await (const chunk of body ?? []) {
    size += chunk.length;
    if (size > MAX_BYTES) throw new Error('The issuer answered with more than a set of keys');
    chunks.push(chunk);
  }
  return keySet.parse(JSON.parse(Buffer.concat(chunks).toString('utf8')));
}
