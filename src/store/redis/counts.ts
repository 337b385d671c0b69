import { RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';
import type { SharedCounts } from '../store.ts';
import type { RedisConnection } from './connection.ts';
import type { RedisNames } from './names.ts';

const WINDOW_SECONDS = 60;
const WINDOW_MS = 1_000 * WINDOW_SECONDS;

export class RedisCounts implements SharedCounts {
  readonly #connection: RedisConnection;
  readonly #names: RedisNames;
  readonly #limiter: RateLimiterRedis;

  constructor(connection: RedisConnection, names: RedisNames, perMinute: number) {
    this.#connection = connection;
    this.#names = names;
    this.#limiter = new RateLimiterRedis({
      storeClient: connection.client,
      useRedisPackage: true,
      keyPrefix: 'gateway:requests',
      points: perMinute,
      duration: WINDOW_SECONDS,
    });
  }

  async count(caller: string, otherwise: () => number | null): Promise<number | null> {
    const name = this.#names.digest(`requests ${caller}`);
    const leftMs = await this.#connection.run(() => this.#consume(name), otherwise);
    // A count that stays longer than its window was not written by a gateway.
    return leftMs !== null && leftMs > WINDOW_MS ? otherwise() : leftMs;
  }

  async #consume(name: string): Promise<number | null> {
    try {
      await this.#limiter.consume(name);
      return null;
    } catch (error) {
      if (error instanceof RateLimiterRes) return error.msBeforeNext;
      throw error;
    }
  }
}
