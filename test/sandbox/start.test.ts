import { expect, test } from 'vitest';
import { startSandboxes } from '../../src/sandbox/start.ts';

test('credentials depend on the seed alone, so that a configuration file fits a sandbox on any day', async () => {
  const channelsOf = async (seed: number, now: number, messages: number): Promise<unknown[]> => {
    const sandboxes = await startSandboxes({ seed, now: () => now, messages, weComReachDays: 30 });
    await sandboxes.close();
    return sandboxes.channels.map(({ baseUrl: _, historyStart: __, ...rest }) => rest);
  };
  const first = await channelsOf(1, Date.parse('2026-03-20T10:00:00Z'), 50);
  expect(await channelsOf(1, Date.parse('2026-11-02T23:59:59Z'), 50)).toEqual(first);
  expect(await channelsOf(1, Date.parse('2027-01-01T00:00:00Z'), 7)).toEqual(first);
  expect(await channelsOf(2, Date.parse('2026-03-20T10:00:00Z'), 50)).not.toEqual(first);
});
