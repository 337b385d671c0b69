import KeyvRedis from '@keyv/redis';
import type { PageCache } from '../store.ts';
import type { RedisConnection } from './connection.ts';
import type { RedisNames } from './names.ts';

/** Cached pages in Redis, and while it is down, where they are without it. */
export class RedisPages implements PageCache {
  readonly #connection: RedisConnection;
  readonly #names: RedisNames;
  readonly #otherwise: PageCache;
  readonly #keyv: KeyvRedis<string>;

  constructor(connection: RedisConnection, names: RedisNames, otherwise: PageCache) {
    this.#connection = connection;
    this.#names = names;
    this.#otherwise = otherwise;
    this.#keyv = new KeyvRedis(connection.client, { throwOnErrors: true });
    // The operation that failed says so, too.
    this.#keyv.on('error', () => undefined);
  }

  get(key: string): Promise<unknown> {
    const name = this.#toName(key);
    return this.#connection.run<unknown>(
      async () => this.#open(name, await this.#keyv.get(name)),
      () => this.#otherwise.get(key),
    );
  }

  getMany(keys: readonly string[]): Promise<readonly unknown[]> {
    const names = keys.map((key) => this.#toName(key));
    return this.#connection.run<readonly unknown[]>(
      async () => {
        const sealed = await this.#keyv.getMany(names);
        return names.map((name, index) => this.#open(name, sealed[index]));
      },
      () => this.#otherwise.getMany(keys),
    );
  }

  set(key: string, value: unknown, ttl?: number): Promise<unknown> {
    const name = this.#toName(key);
    return this.#connection.run<unknown>(
      // A time to live in Redis is a whole number.
      () => this.#keyv.set(name, this.#names.seal(name, JSON.stringify(value)), ttl && Math.ceil(ttl)),
      () => this.#otherwise.set(key, value, ttl),
    );
  }

  /** In both: it may have been written to either. */
  async delete(key: string): Promise<void> {
    await Promise.all([
      this.#connection.run<unknown>(
        () => this.#keyv.delete(this.#toName(key)),
        () => null,
      ),
      this.#otherwise.delete(key),
    ]);
  }

  /** What opens was written by a gateway, as JSON. */
  #open(name: string, sealed: unknown): unknown {
    const text = typeof sealed === 'string' ? this.#names.open(name, sealed) : null;
    return text === null ? undefined : JSON.parse(text);
  }

  #toName(key: string): string {
    return this.#names.name('page', key);
  }
}
