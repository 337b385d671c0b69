import { expect, onTestFinished, test } from 'vitest';
import { archiveChannel } from '../../src/archive/archived-channel.ts';
import { toEntry } from '../../src/archive/to-entry.ts';
import { UpstreamError } from '../../src/errors/upstream-error.ts';
import { weChatModule } from '../../src/datasources/wechat/index.ts';
import type { ChatChannel } from '../../src/datasources/message-source.ts';
import { isChannelOf } from '../../src/datasources/provider.ts';
import { weChatSuite } from '../datasources/wechat/suite.ts';
import { variedHistory } from '../support/archived-history.ts';
import { createDependencies, TestBudget } from '../support/dependencies.ts';
import { MemoryArchive } from '../support/memory-archive.ts';
import { PagedMemoryChannel } from '../support/memory-source.ts';
import { TestClock } from '../support/test-clock.ts';

const NOW = Date.parse('2026-03-20T10:00:00Z');
const GOAL = { since: NOW - 2_000, dueMs: 300 };

async function open() {
  const [old, recent] = variedHistory('shop', 1, 2, NOW).map((message, index) => ({
    ...message,
    sentAt: NOW - 900 + 800 * index,
  }));
  if (!old || !recent) throw new Error('There are no messages');
  const messages = [old, recent];
  const channel: ChatChannel = new PagedMemoryChannel({ name: 'shop', pageSize: 5 }, messages);
  const archive = new MemoryArchive();
  await archive.keep({
    entries: [toEntry(old), toEntry({ ...recent, text: 'as it was' })],
    delisted: [],
    readAt: NOW,
    covers: { since: NOW - 1_000, until: NOW - 500 },
    progress: null,
  });
  return {
    old,
    recent,
    messages,
    channel,
    archived: archiveChannel(channel, () => archive, GOAL, new TestClock(NOW)),
  };
}

test('a message is found in the archive where that is complete, and at the provider elsewhere', async () => {
  const { old, recent, messages, archived } = await open();
  messages.splice(0, 1, { ...old, text: 'not asked for' });
  expect(await archived.findMessage(old.key, new TestBudget(NOW))).toEqual(old);
  expect(await archived.findMessage(recent.key, new TestBudget(NOW))).toEqual(recent);
  expect(await archived.findMessage('other', new TestBudget(NOW))).toBeNull();
});

test('a message that the provider lists no more, or cannot be asked for, is found as it was kept', async () => {
  const { recent, messages, channel, archived } = await open();
  messages.pop();
  const kept = { ...recent, text: 'as it was' };
  expect(await archived.findMessage(recent.key, new TestBudget(NOW))).toEqual(kept);
  const failure = new UpstreamError('shop', 'WECOM', {
    code: 'UPSTREAM_UNAVAILABLE',
    isRetryable: true,
    advice: 'It is away',
  });
  channel.findMessage = () => Promise.reject(failure);
  expect(await archived.findMessage(recent.key, new TestBudget(NOW))).toEqual(kept);
  await expect(archived.findMessage('other', new TestBudget(NOW))).rejects.toBe(failure);
});

test('what a walk can reach begins with the archive, where that is older', async () => {
  const { channel, archived } = await open();
  expect(await archived.earliestReachableAt(NOW)).toBeNull();
  channel.earliestReachableAt = () => NOW - 700;
  expect(await archived.earliestReachableAt(NOW)).toBe(NOW - 1_000);
  channel.earliestReachableAt = () => NOW - 2_000;
  expect(await archived.earliestReachableAt(NOW)).toBe(NOW - 2_000);
});

test('a channel keeps what only its provider has', async () => {
  const clock = new TestClock(NOW);
  const variant = weChatSuite.variants[0] ?? '';
  const world = await weChatSuite.createWorld({ variant, messages: 3, seed: 1, clock });
  onTestFinished(() => world.close());
  const channel = world.createChannel(createDependencies(clock));
  const archived = archiveChannel(channel, () => new MemoryArchive(), GOAL, clock);
  if (!isChannelOf(weChatModule, archived)) throw new Error('It is of no provider');
  expect(archived.conversationWith('anna')).toMatchObject({ channel: 'shop', key: 'anna' });
  const [source] = archived.sourcesFor({
    conversationKey: null,
    participant: null,
    directions: null,
    kinds: null,
    needsText: false,
  });
  expect(source?.id).toBe('shop');
});
