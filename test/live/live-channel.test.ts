import { pino } from 'pino';
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import type { ChatChannel } from '../../src/datasources/message-source.ts';
import type { PushReceiver } from '../../src/datasources/push-receiver.ts';
import { InboxWorker } from '../../src/live/inbox-worker.ts';
import { openLiveChannel } from '../../src/live/live-channel.ts';
import { CursorCodec } from '../../src/timeline/cursor.ts';
import { RequestBudget } from '../../src/timeline/request-budget.ts';
import { Timeline } from '../../src/timeline/timeline.ts';
import { MemoryChannel } from '../support/memory-channel.ts';
import { openLive } from '../support/open-live.ts';
import { closedIntake } from '../support/push-receiver.ts';
import { TestClock } from '../support/test-clock.ts';
import { turnsUntil } from '../support/turns.ts';

const NOW = Date.parse('2026-03-20T10:00:00Z');
const push: PushReceiver = {
  ...closedIntake,
  needsCalls: true,
  process: () => Promise.resolve({ messages: [], statuses: [], hasMoreInHistory: false }),
};

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** A channel that is polled every 10 seconds, or every 60 if it is pushed to. */
async function open(channel: ChatChannel) {
  const clock = new TestClock(NOW);
  const log = pino({ enabled: false });
  const timeline = new Timeline([channel], new CursorCodec(Buffer.alloc(32, 4)), clock, log);
  const read = vi.spyOn(timeline, 'read');
  const opened = openLiveChannel(channel, {
    timeline,
    store: await openLive(),
    kept: [],
    clock,
    log,
    limits: { pollSeconds: 10, reconcileSeconds: 60 },
    createRequestBudget: () =>
      new RequestBudget({ upstreamCallsPerRequest: 9, requestTimeoutMs: 60_000 }, clock),
    erasedOf: () => null,
  });
  onTestFinished(async () => {
    await opened.poller.close();
    await opened.tail.close();
  });
  return { opened, read };
}

test.each<[kind: string, channel: ChatChannel, seconds: number]>([
  ['without webhooks', new MemoryChannel('shop'), 10],
  ['with webhooks', Object.assign(new MemoryChannel('shop'), { push }), 60],
])(
  'a channel %s is polled as often as one of its kind is, for its followers alone',
  async (_, channel, seconds) => {
    const { opened, read } = await open(channel);
    expect(read).not.toHaveBeenCalled();
    const stop = opened.poller.subscribe();
    await turnsUntil(() => vi.getTimerCount() === 1);
    expect(read).toHaveBeenCalledTimes(1);
    vi.advanceTimersByTime(seconds * 1_000 - 1);
    expect(vi.getTimerCount()).toBe(1);
    vi.advanceTimersByTime(1);
    await turnsUntil(() => vi.getTimerCount() === 1);
    expect(read).toHaveBeenCalledTimes(2);
    stop();
  },
);

test('only a channel that is pushed to has a receiver, and who processes its inbox', async () => {
  const { opened: polled } = await open(new MemoryChannel('shop'));
  expect(polled).toMatchObject({ receiver: null, worker: null, keepUp: null });
  const { opened: pushed } = await open(Object.assign(new MemoryChannel('shop'), { push }));
  expect(pushed).toMatchObject({ receiver: push, worker: expect.any(InboxWorker) as InboxWorker });
});
