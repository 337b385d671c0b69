import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { WeChatKnobs } from '../../../src/sandbox/wechat/sandbox.ts';
import { createWeChatSandbox } from '../../../src/sandbox/wechat/sandbox.ts';
import { createWeChatChannel } from '../../../src/datasources/wechat/channel.ts';
import { weChatConfig } from '../../../src/datasources/wechat/config.ts';
import { createDependencies } from '../../support/dependencies.ts';
import { TestClock } from '../../support/test-clock.ts';
import { createWalk, walkAll } from '../../support/walk-source.ts';
import { NOW, sourceOf } from './shop.ts';

const WINDOW_SECONDS = 86_399;
const WINDOWS = 4;
/** Three seconds before the last window closes. */
const FIRST_SECOND = NOW / 1000 - WINDOWS * WINDOW_SECONDS + 3;

const knobs: fc.Arbitrary<Partial<WeChatKnobs>> = fc.record({
  edges: fc.constantFrom('inclusive', 'exclusive', 'start-inclusive', 'end-inclusive'),
  pageOrder: fc.constantFrom('ascending', 'descending', 'shuffled'),
  maxPageSize: fc.constantFrom(Infinity, 2, 3, 5, 17),
  maxPageBytes: fc.constantFrom(null, null, 65_536),
  cursor: fc.constantFrom('exclusive', 'inclusive'),
  ids: fc.constantFrom('dense', 'sparse', 'per-window'),
  hasRawControlCharacters: fc.boolean(),
});

/** As long as a text can be: 30 of them, and an answer of 65,536 bytes is full. */
const LONG = '长'.repeat(682);

/** Lines close to where windows meet, or together somewhere, with few texts: seconds are shared, and lines identical. */
const lines = fc
  .array(
    fc.record({
      window: fc.nat({ max: WINDOWS - 1 }),
      offset: fc.constantFrom(0, 1, 2, 40_000, 40_001, 86_396, 86_397, 86_398),
      text: fc.constantFrom('a', 'b', LONG),
      count: fc.constantFrom(1, 1, 2, 6, 33),
    }),
    { maxLength: 30 },
  )
  .map((groups) =>
    groups
      .flatMap(({ window, offset, text, count }) => {
        const time = FIRST_SECOND + window * WINDOW_SECONDS + offset;
        return Array.from({ length: count }, () => ({
          time,
          text,
          openid: 'oAnna',
          worker: 'lin@teahouse',
          opercode: 2003,
        }));
      })
      .filter(({ time }) => time <= NOW / 1000)
      .sort((a, b) => a.time - b.time),
  );

test('however the provider turns out, both orders have every message once, and agree', async () => {
  await fc.assert(
    fc.asyncProperty(knobs, lines, async (turns, history) => {
      const clock = new TestClock(NOW);
      const sandbox = createWeChatSandbox({
        seed: 1,
        now: () => clock.now(),
        messages: 0,
        from: FIRST_SECOND * 1000,
        knobs: turns,
      });
      sandbox.add(...history);
      // Shuffled pages of a window that is not over are read otherwise before that is learned: let it pass.
      if (turns.pageOrder === 'shuffled') clock.advance(10_000);
      const now = clock.now();
      await sandbox.server.start();
      const config = weChatConfig.parse(sandbox.config('shop'));
      const channel = createWeChatChannel(config, createDependencies(clock));
      const cold = createWeChatChannel(config, createDependencies(clock));
      try {
        const newestFirst = await walkAll(sourceOf(channel), createWalk('DESC', now), 13);
        const oldestFirst = await walkAll(sourceOf(channel), createWalk('ASC', now), 7);
        const again = await walkAll(sourceOf(cold), createWalk('ASC', now), 29);
        expect(
          oldestFirst.messages.map(({ sentAt, text }) => `${sentAt / 1000} ${text ?? ''}`).sort(),
        ).toEqual(history.map(({ time, text }) => `${time} ${text}`).sort());
        expect(new Set(oldestFirst.messages.map(({ key }) => key)).size).toBe(history.length);
        expect(oldestFirst.messages).toEqual(newestFirst.messages.reverse());
        expect(again.messages).toEqual(oldestFirst.messages);
        expect(sandbox.server.violations).toEqual([]);
      } finally {
        await Promise.all([channel.close(), cold.close()]);
        await sandbox.server.close();
      }
    }),
    { numRuns: 30 },
  );
});
