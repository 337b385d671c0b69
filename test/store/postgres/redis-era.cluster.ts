import { expect, test } from 'vitest';
import { openPostgres } from '../../../src/store/postgres/open.ts';
import type { Store } from '../../../src/store/store.ts';
import { systemClock } from '../../../src/util/clock.ts';
import { createMemoryLog } from '../../support/memory-log.ts';
import { findPostgres, startPostgres } from '../../support/postgres.ts';

const bin = findPostgres();
if (bin !== null)
  test('a server that may have lost the newest era begins another one, and one that crashed does not', async () => {
    await using stack = new AsyncDisposableStack();
    const server = await startPostgres(bin);
    stack.defer(() => server.remove());
    const open = async (): Promise<Store> =>
      (await openPostgres(server.url, null, { clock: systemClock, log: createMemoryLog().log })).store;
    const readEra = async (): Promise<string> => {
      const store = await open();
      const era = await store.settings.redisEra();
      await store.close();
      return era;
    };
    const first = await readEra();
    await server.stop('SIGQUIT');
    await server.start();
    expect(await readEra()).toBe(first);
    // As a standby has it that missed what was committed last: the era of before is in its settings.
    await server.stop();
    await server.recover();
    const second = await readEra();
    expect(second).not.toBe(first);
    expect(await readEra()).toBe(second);
  });
