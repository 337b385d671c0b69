import { RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';
import type { SharedCounts } from '../store.ts';
import type { RedisConnection } from './connection.ts';
import type { RedisNames } from './names.ts';

const WINDOW_SECONDS = 60;

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

  count(caller: string, otherwise: () => number | null): Promise<number | null> {
    return this.#connection.run(() => this.#consume(this.#names.digest(`requests ${caller}`)), otherwise);
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
