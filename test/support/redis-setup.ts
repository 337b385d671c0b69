import { hasRedis } from './redis.ts';

/** Without a server it fails: nothing would be tested. */
export default function requireRedis(): void {
  if (!hasRedis())
    throw new Error('There is no Redis server: install it (Debian: apt-get install redis-server)');
}
