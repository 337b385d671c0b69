import KeyvRedis from '@keyv/redis';
import type { Clock } from '../../util/clock.ts';
import type { PageCache, Settings } from '../store.ts';
import type { RedisConnection } from './connection.ts';
import type { RedisNames } from './names.ts';

/** While it refuses to write, one of the writes in this time is tried nevertheless. */
const TRY_AGAIN_AFTER_MS = 10_000;
const READ_ERA_EVERY_MS = 1_000;

export interface PagesWithoutRedis {
  /** Where pages are while Redis is down. */
  pages: PageCache;
  /** What survives a crash of the store's server, unlike those pages. */
  settings: Pick<Settings, 'redisEra' | 'beginRedisEra'>;
}

/**
 * Cached pages in Redis, and while it is down or refuses to write, where they are without it. What could not be deleted in Redis must not be
 * found there later, by any gateway: so the store keeps an era, which is part of all names in Redis, and a new one makes them all unknown.
 */
export class RedisPages implements PageCache {
  readonly #connection: RedisConnection;
  readonly #names: RedisNames;
  readonly #clock: Clock;
  readonly #otherwise: PageCache;
  readonly #settings: PagesWithoutRedis['settings'];
  readonly #keyv: KeyvRedis<string>;
  /** Monotonic: when it last refused to write; null: the last write succeeded. */
  #refusedAt: number | null = null;
  #era: { name: Promise<string>; readAt: number } | null = null;
  /** As it was when it was last read. */
  #knownEra: string | null = null;
  /** What could not be deleted is still known, since the store has failed, too. */
  #isEraDue = false;

  constructor(
    connection: RedisConnection,
    names: RedisNames,
    clock: Clock,
    { pages, settings }: PagesWithoutRedis,
  ) {
    this.#connection = connection;
    this.#names = names;
    this.#clock = clock;
    this.#otherwise = pages;
    this.#settings = settings;
    this.#keyv = new KeyvRedis(connection.client, { throwOnErrors: true });
    // The operation that failed says so, too.
    this.#keyv.on('error', () => undefined);
    connection.onChange(() => {
      this.#era = null;
    });
  }

  async get(key: string): Promise<unknown> {
    const [value] = await this.getMany([key]);
    return value;
  }

  async getMany(keys: readonly string[]): Promise<readonly unknown[]> {
    const elsewhere = (): Promise<readonly unknown[]> => this.#otherwise.getMany(keys);
    if (!this.#connection.isUp || this.#refusedAt !== null) return elsewhere();
    const era = await this.#toEra();
    const names = keys.map((key) => this.#toName(era, key));
    return this.#connection.run<readonly unknown[]>(async () => {
      const sealed = await this.#keyv.getMany(names);
      return names.map((name, index) => this.#open(name, sealed[index]));
    }, elsewhere);
  }

  async set(key: string, value: unknown, ttl?: number): Promise<void> {
    if (!this.#connection.isUp || !(await this.#isSet(key, value, ttl)))
      await this.#otherwise.set(key, value, ttl);
  }

  /** In both: it may have been written to either. */
  async delete(key: string): Promise<void> {
    const deletions = await Promise.allSettled([this.#deleteInRedis(key), this.#otherwise.delete(key)]);
    for (const deletion of deletions) if (deletion.status === 'rejected') throw deletion.reason;
  }

  /** In both; what Redis does not delete now is unknown from then on. */
  async clear(): Promise<void> {
    await this.#beginEra();
    await this.#connection.run(
      async () => {
        for await (const names of this.#connection.client.scanIterator({
          MATCH: this.#names.pattern('page'),
        }))
          if (names.length > 0) await this.#connection.client.unlink(names);
      },
      () => undefined,
    );
    await this.#otherwise.clear();
  }

  async #deleteInRedis(key: string): Promise<void> {
    // At first without asking the store, which may fail.
    const known = this.#knownEra;
    const isDeleted = known !== null && (await this.#isDeleted(known, key));
    try {
      // Another gateway may have begun one meanwhile.
      this.#era = null;
      const era = await this.#toEra();
      if (!(era === known ? isDeleted : await this.#isDeleted(era, key))) await this.#beginEra();
    } catch (error) {
      this.#isEraDue = true;
      throw error;
    }
  }

  /** @returns false when it may still be there */
  #isDeleted(era: string, key: string): Promise<boolean> {
    return this.#connection.run(
      async () => {
        await this.#keyv.delete(this.#toName(era, key));
        return true;
      },
      () => false,
    );
  }

  /** @returns false when Redis is lost, or refuses to write */
  async #isSet(key: string, value: unknown, ttl?: number): Promise<boolean> {
    const now = this.#clock.monotonic();
    if (this.#refusedAt !== null && now < this.#refusedAt + TRY_AGAIN_AFTER_MS) return false;
    const name = this.#toName(await this.#toEra(), key);
    const sealed = this.#names.seal(name, JSON.stringify(value));
    const isSet = await this.#connection.run(
      async () => {
        // A time to live in Redis is a whole number.
        await this.#keyv.set(name, sealed, ttl && Math.ceil(ttl));
        return true;
      },
      () => false,
    );
    this.#refusedAt = isSet || !this.#connection.isUp ? null : now;
    return isSet;
  }

  async #beginEra(): Promise<void> {
    await this.#settings.beginRedisEra();
    this.#isEraDue = false;
    this.#era = null;
  }

  /** What opens was written by a gateway, as JSON. */
  #open(name: string, sealed: unknown): unknown {
    const text = typeof sealed === 'string' ? this.#names.open(name, sealed) : null;
    return text === null ? undefined : JSON.parse(text);
  }

  #toName(era: string, key: string): string {
    return this.#names.name('page', `${era} ${key}`);
  }

  #toEra(): Promise<string> {
    const now = this.#clock.monotonic();
    if (this.#era === null || now >= this.#era.readAt + READ_ERA_EVERY_MS)
      this.#era = { name: this.#readEra(), readAt: now };
    return this.#era.name;
  }

  async #readEra(): Promise<string> {
    if (this.#isEraDue) await this.#beginEra();
    return (this.#knownEra = await this.#settings.redisEra());
  }
}
