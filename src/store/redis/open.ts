import { randomUUID } from 'node:crypto';
import type { Bell } from '../bell.ts';
import type { RedisState } from '../store.ts';
import { RedisBell } from './bell.ts';
import { RedisConnection, type RedisSurroundings } from './connection.ts';
import { RedisNames } from './names.ts';

/** What gateways with one store share to be faster. */
export interface RedisParts {
  bell: Bell;
  state: RedisState;
  close(): void;
}

/**
 * Begins to connect, and waits for nothing: all of it works without the server, for each gateway alone.
 *
 * @param url `redis://…` or `rediss://…`
 * @param secret the same for all gateways with this store, and for no others
 */
export function openRedis(url: string, secret: Buffer, surroundings: RedisSurroundings): RedisParts {
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
    state: connection,
    close: () => {
      connection.close();
    },
  };
}
