import { expect, onTestFinished, test } from 'vitest';
import { archiveChannel } from '../../src/archive/archived-channel.ts';
import { EVERYTHING } from '../../src/archive/everything.ts';
import { toEntry } from '../../src/archive/to-entry.ts';
import { UnreachableStoreError } from '../../src/errors/store-error.ts';
import { BudgetSpentError, UpstreamError } from '../../src/errors/upstream-error.ts';
import type { MessageRecord } from '../../src/domain/records.ts';
import { weChatModule } from '../../src/datasources/wechat/index.ts';
import type { ChatChannel } from '../../src/datasources/message-source.ts';
import { isChannelOf } from '../../src/datasources/provider.ts';
import { weChatSuite } from '../datasources/wechat/suite.ts';
import { createPage } from '../support/archive-page.ts';
import { variedHistory } from '../support/archived-history.ts';
import { createDependencies, TestBudget } from '../support/dependencies.ts';
import { MemoryArchive } from '../support/memory-archive.ts';
import { PagedMemoryChannel } from '../support/memory-source.ts';
import { TestClock } from '../support/test-clock.ts';
import { createWalk, takeMessages, walkAll } from '../support/walk-source.ts';

const NOW = Date.parse('2026-03-20T10:00:00Z');
const GOAL = { since: NOW - 2_000, dueMs: 300 };

const UNAVAILABLE = new UpstreamError('shop', 'WECOM', {
  code: 'UPSTREAM_UNAVAILABLE',
  isRetryable: true,
  advice: 'It is away',
});

function fail(error: unknown): never {
  throw error;
}

async function open() {
  const [old, recent] = variedHistory('shop', 1, 2, NOW).map((message, index) => ({
    ...message,
    sentAt: NOW - 900 + 800 * index,
  }));
  if (!old || !recent) throw new Error('There are no messages');
  const messages = [old, recent];
  const channel: ChatChannel = new PagedMemoryChannel({ name: 'shop', pageSize: 5 }, messages);
  const archive = new MemoryArchive();
  await archive.keep(
    createPage({
      entries: [toEntry(old), toEntry({ ...recent, text: 'as it was' })],
      readAt: NOW,
      covers: { since: NOW - 1_000, until: NOW - 500 },
    }),
  );
  const failures: unknown[] = [];
  return {
    old,
    recent,
    messages,
    channel,
    archive,
    failures,
    archived: archiveChannel(
      channel,
      { nameOf: (id) => id, open: () => archive },
      GOAL,
      new TestClock(NOW),
      (error) => {
        failures.push(error);
      },
    ),
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
  channel.findMessage = () => Promise.reject(UNAVAILABLE);
  expect(await archived.findMessage(recent.key, new TestBudget(NOW))).toEqual(kept);
  await expect(archived.findMessage('other', new TestBudget(NOW))).rejects.toBe(UNAVAILABLE);
});

test('a message whose URLs have expired since it was kept is asked of the provider, for new ones', async () => {
  const { old, messages, channel, archive, archived } = await open();
  const signed = (signature: string, urlExpiresAt: number): MessageRecord => {
    const media = {
      mimeType: null,
      fileName: null,
      caption: null,
      byteSize: null,
      width: null,
      height: null,
    };
    const url = `https://media.example/${signature}`;
    return {
      ...old,
      parts: [
        {
          ...media,
          type: 'MEDIA',
          kind: 'IMAGE',
          url,
          urlExpiresAt,
          durationSeconds: null,
          thumbnailUrl: null,
        },
      ],
    };
  };
  const kept = signed('kept', NOW + 10);
  const live = signed('live', NOW + 1_000);
  await archive.keep(createPage({ entries: [toEntry(kept)], readAt: NOW }));
  messages.splice(0, 1, live);
  expect(await archived.findMessage(old.key, new TestBudget(NOW + 9))).toEqual(kept);
  expect(await archived.findMessage(old.key, new TestBudget(NOW + 10))).toEqual(live);
  for (const failure of [new BudgetSpentError(), UNAVAILABLE]) {
    channel.findMessage = () => Promise.reject(failure);
    expect(await archived.findMessage(old.key, new TestBudget(NOW + 10))).toEqual(kept);
  }
  channel.findMessage = () => Promise.resolve(null);
  expect(await archived.findMessage(old.key, new TestBudget(NOW + 10))).toEqual(kept);
  // What is not complete is not a substitute for a call that was not made.
  channel.findMessage = () => Promise.reject(new BudgetSpentError());
  const [, recent] = messages;
  await expect(archived.findMessage(recent?.key ?? '', new TestBudget(NOW))).rejects.toThrow(
    BudgetSpentError,
  );
});

test('what a walk can reach begins with the archive, where that is older', async () => {
  const { channel, archived } = await open();
  expect(await archived.earliestReachableAt(NOW)).toBeNull();
  channel.earliestReachableAt = () => NOW - 700;
  expect(await archived.earliestReachableAt(NOW)).toBe(NOW - 1_000);
  channel.earliestReachableAt = () => NOW - 2_000;
  expect(await archived.earliestReachableAt(NOW)).toBe(NOW - 2_000);
});

test('while the store of the archive is away, a channel has what its provider lists, and says so once', async () => {
  const { old, recent, channel, archive, archived, failures } = await open();
  channel.earliestReachableAt = () => NOW - 700;
  const [source] = archived.sourcesFor(EVERYTHING);
  if (!source) throw new Error('The channel has no source');
  const walk = createWalk('DESC', NOW);
  const version = archive.version.bind(archive);
  const find = archive.find.bind(archive);
  const away = new UnreachableStoreError('It is away');
  archive.version = () => Promise.reject(away);
  archive.find = () => Promise.reject(away);
  expect((await walkAll(source, walk)).messages).toEqual([recent, old]);
  expect(await archived.earliestReachableAt(NOW)).toBe(NOW - 700);
  expect(await archived.findMessage(recent.key, new TestBudget(NOW))).toEqual(recent);
  expect(await archived.findMessage('other', new TestBudget(NOW))).toBeNull();
  expect(failures).toEqual([away]);

  archive.version = version;
  archive.find = find;
  expect(await archived.earliestReachableAt(NOW)).toBe(NOW - 1_000);
  archive.version = () => Promise.reject(away);
  await walkAll(source, walk);
  expect(failures).toEqual([away, away]);
  // A mistake of our own is not hidden.
  const mistake = new Error('A record is not one');
  archive.version = () => Promise.reject(mistake);
  await expect(archived.earliestReachableAt(NOW)).rejects.toBe(mistake);
});

test('while the store of the archive is away, nothing that the provider may have forgotten is left out', async () => {
  const { old, recent, channel, archive, archived } = await open();
  const [native] = channel.sourcesFor(EVERYTHING);
  const [source] = archived.sourcesFor(EVERYTHING);
  if (!native || !source) throw new Error('The channel has no source');
  const read = native.read.bind(native);
  native.read = async (...reading) => ({ ...(await read(...reading)), endReason: 'EXPIRED' });
  const away = new UnreachableStoreError('It is away');
  const version = archive.version.bind(archive);
  archive.version = () => Promise.reject(away);
  const desc = createWalk('DESC', NOW);
  const step = await takeMessages(source, desc, source.start(desc), 2);
  expect([step.messages, step.isEnd]).toEqual([[recent, old], false]);
  const [passed] = await Promise.allSettled([takeMessages(source, desc, step.position, 1)]);
  expect(passed).toEqual({ status: 'rejected', reason: away });

  const asc = createWalk('ASC', NOW);
  await expect(takeMessages(source, asc, source.start(asc), 1)).rejects.toBe(away);
  // From the provider's own position it goes on.
  archive.version = version;
  archive.drop({ since: 0, until: NOW });
  const first = await takeMessages(source, asc, source.start(asc), 1);
  archive.version = () => Promise.reject(away);
  const rest = await takeMessages(source, asc, first.position, 5);
  expect([...first.messages, ...rest.messages]).toEqual([old, recent]);
});

test('a channel keeps what only its provider has', async () => {
  const clock = new TestClock(NOW);
  const variant = weChatSuite.variants[0] ?? '';
  const world = await weChatSuite.createWorld({ variant, messages: 3, seed: 1, clock });
  onTestFinished(() => world.close());
  const channel = world.createChannel(createDependencies(clock));
  const archived = archiveChannel(
    channel,
    { nameOf: (id) => id, open: () => new MemoryArchive() },
    GOAL,
    clock,
    fail,
  );
  if (!isChannelOf(weChatModule, archived)) throw new Error('It is of no provider');
  expect(archived.conversationWith('anna')).toMatchObject({ channel: 'shop', key: 'anna' });
  const [source] = archived.sourcesFor(EVERYTHING);
  expect(source?.id).toBe('shop');
});
