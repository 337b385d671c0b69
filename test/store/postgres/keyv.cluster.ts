import { createSecretKey, randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openStores, type Stores } from '../../../src/store/open-store.ts';
import { createMemoryLog } from '../../support/memory-log.ts';
import { createDatabase, dropDatabase, dumpDatabase, runOn } from '../../support/postgres.ts';
import { TestClock } from '../../support/test-clock.ts';

const NOW = Date.UTC(2026, 2, 20);
const server = process.env['POSTGRES_URL'];
if (server !== undefined)
  describe('the page cache in PostgreSQL', () => {
    let name = '';
    let url = '';
    let clock = new TestClock(NOW);
    const opened: Stores[] = [];
    beforeEach(async () => {
      name = `pages_${randomBytes(6).toString('hex')}`;
      url = await createDatabase(server, name);
      clock = new TestClock(NOW);
    });
    afterEach(async () => {
      await Promise.all(opened.splice(0).map((stores) => stores.close()));
      await dropDatabase(server, name);
    });

    async function open(key: Buffer | null = null): Promise<Stores> {
      const { log } = createMemoryLog();
      const stores = await openStores(url, '.', key && createSecretKey(key), { clock, log });
      opened.push(stores);
      return stores;
    }

    test('what one gateway has kept, the others find, whatever its key is made of and however long that is', async () => {
      const [first, second] = [await open(), await open()];
      for (const key of ['a', 'a \0 b', '退款 \\', 'x'.repeat(10_000)]) {
        await first.pages?.set(key, { value: key });
        expect(await second.pages?.get(key)).toEqual({ value: key });
        await second.pages?.set(key, { value: 'newer' });
        expect(await first.pages?.get(key)).toEqual({ value: 'newer' });
      }
      expect(await first.pages?.get('b')).toBeUndefined();
      expect(await first.pages?.delete('a')).toBe(true);
      expect(await first.pages?.delete('a')).toBe(false);
      expect(await second.pages?.get('a')).toBeUndefined();
      await second.pages?.clear();
      expect(await first.pages?.get('退款 \\')).toBeUndefined();
    });

    test('what has expired is not found, and deleted a few at each write', async () => {
      const { pages } = await open();
      for (let index = 0; index < 12; index++) await pages?.set(`k${index}`, index, 1_000);
      await pages?.set('stays', 1);
      clock.advance(1_000);
      expect(await pages?.get('k0')).toBeUndefined();
      await pages?.set('k0', 'again', 5_000);
      expect(await pages?.get('k0')).toBe('again');
      const count = async (): Promise<unknown> =>
        (await runOn(url, 'SELECT count(*)::int AS n FROM pages'))[0]?.['n'];
      expect(await count()).toBe(3);
      await pages?.set('new', 1);
      expect(await count()).toBe(3);
    });

    test('nothing of it can be read in an encrypted store', async () => {
      const { pages } = await open(Buffer.alloc(32, 1));
      await pages?.set('CANARY-key', 'CANARY-value');
      expect(await pages?.get('CANARY-key')).toBe('CANARY-value');
      expect(await dumpDatabase(url)).not.toContain('CANARY');
    });
  });
