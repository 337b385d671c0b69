import { randomUUID } from 'node:crypto';
import type { Bell } from '../bell.ts';
import type { PageCache, RedisState, SharedCounts, SharedFetches } from '../store.ts';
import { RedisBell } from './bell.ts';
import { RedisConnection, type RedisSurroundings } from './connection.ts';
import { RedisCounts } from './counts.ts';
import { RedisFetches } from './fetches.ts';
import { RedisNames } from './names.ts';
import { RedisPages, type PagesWithoutRedis } from './pages.ts';

/** What gateways with one store share to be faster. */
export interface RedisParts {
  bell: Bell;
  pages: PageCache;
  fetches: SharedFetches;
  counts: SharedCounts;
  state: RedisState;
  close(): void;
}

export interface RedisOptions extends PagesWithoutRedis {
  /** `redis://…` or `rediss://…` */
  url: string;
  /** The same for all gateways with this store, and for no others. */
  secret: Buffer;
  requestsPerMinute: number;
}

/**
 * Begins to connect, and waits for nothing: all of it works without the server, for each gateway alone.
 */
export function openRedis(
  { url, secret, requestsPerMinute, ...without }: RedisOptions,
  surroundings: RedisSurroundings,
): RedisParts {
  const connection = new RedisConnection(url, surroundings);
  const names = new RedisNames(secret);
  const channel = names.name('bell', '');
  const bell = new RedisBell(connection, channel, randomUUID());
  connection.connect({
    channel,
    listener: (message) => {
      bell.receive(message);
    },
  });
  return {
    bell,
    pages: new RedisPages(connection, names, surroundings.clock, without),
    fetches: new RedisFetches(connection, names, surroundings.clock),
    counts: new RedisCounts(connection, names, requestsPerMinute),
    state: connection,
    close: () => {
      connection.close();
    },
  };
}
