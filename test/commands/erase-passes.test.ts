import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { erasePasses, find } from '../../src/commands/erase-passes.ts';
import { Erasures } from '../../src/compliance/erasures.ts';
import { MemoryChannel } from '../support/memory-channel.ts';
import { openTestStore } from '../support/test-store.ts';
import { TestClock } from '../support/test-clock.ts';

const NOW = Date.UTC(2026, 2, 20);

/**
 * Erases from a channel that has some rows.
 *
 * @param added how many rows a gateway adds after each time that some are taken away
 */
async function run(rows: number, added: number[]) {
  const { store } = openTestStore();
  const { events, inbox } = await store.openLive({ maxInboxItems: 9, maxChannelInboxItems: 9 });
  const clock = new TestClock(NOW);
  const done: string[] = [];
  let left = rows;
  const channel = Object.assign(new MemoryChannel('shop'), {
    findErased: () => {
      const counts = { rows: left };
      const erase = (): Promise<void> => {
        done.push(`${counts.rows} rows`);
        left = added.shift() ?? 0;
        return Promise.resolve();
      };
      return Promise.resolve({ counts, held: 0, keys: [], unnamedKeys: null, ids: [], erase });
    },
  });
  const stores = {
    erasures: new Erasures(store.compliance, randomBytes(32), clock),
    clearPages: () => {
      done.push('pages');
      return Promise.resolve();
    },
  };
  const erasure = {
    tenant: channel.tenant,
    participant: { channel: 'shop', role: 'CUSTOMER', nativeId: 'anna', displayName: null } as const,
    targets: [{ channel, archives: [], events, inbox }],
  };
  const [ended] = await Promise.allSettled([
    erasePasses(stores, erasure, await find(stores, erasure, clock), clock),
  ]);
  const isHidden = (await stores.erasures.of(channel.tenant))?.has(erasure.participant, NOW);
  await store.close();
  return { ended, done, isHidden };
}

test('it looks again until nothing is found, and then takes all cached pages', async () => {
  expect(await run(7, [2])).toEqual({
    ended: { status: 'fulfilled', value: 9 },
    done: ['7 rows', '2 rows', 'pages'],
    isHidden: true,
  });
  // Once at least: what was under way is not found at first.
  expect((await run(0, [])).done).toEqual(['0 rows', 'pages']);
});

test('while a gateway keeps adding it fails, and no cached page is left either', async () => {
  const { ended, done, isHidden } = await run(1, Array<number>(99).fill(1));
  expect(ended).toMatchObject({
    status: 'rejected',
    reason: { message: expect.stringMatching(/keeps adding/) as unknown },
  });
  expect([done, isHidden]).toEqual([[...Array<string>(10).fill('1 rows'), 'pages'], true]);
});
