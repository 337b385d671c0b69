import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { AuditLog } from '../../src/audit/audit-log.ts';
import { AuditSeal, readChain, verifyChain } from '../../src/audit/chain.ts';
import type { NewEvent } from '../../src/domain/events.ts';
import type { LiveStore, Store } from '../../src/store/store.ts';
import { createEntry } from '../audit/entries.ts';
import { MemoryChannel } from '../support/memory-channel.ts';

export interface StoreCase {
  name: string;
  /** Opens the store of the running test, as a process would. */
  open: () => Store;
  /** Whether several processes can open it. */
  isShared: boolean;
}

const NOW = Date.parse('2026-03-20T10:00:00Z');
const LIMITS = { maxInboxItems: 5, maxChannelInboxItems: 4 };
const SECRET = Buffer.alloc(32, 7);
const silent = pino({ enabled: false });

function items(...keys: string[]): { key: string; payload: string }[] {
  return keys.map((key) => ({ key, payload: `payload of ${key}` }));
}

function newsOf(...keys: string[]): NewEvent[] {
  return keys.map((key) => ({
    type: 'message',
    channel: 'shop',
    message: { ...new MemoryChannel('shop').add(NOW), key },
  }));
}

/** What every back end of the store keeps to. */
export function describeStore({ name, open, isShared }: StoreCase): void {
  describe(`a store ${name}`, () => {
    let store: Store;
    let live: LiveStore;
    /** Of another process, where there can be one. */
    let other: Store;
    beforeEach(async () => {
      store = open();
      live = await store.openLive(LIMITS);
      other = isShared ? open() : store;
    });
    afterEach(async () => {
      if (other !== store) await other.close();
      await store.close();
    });

    const keysOf = async ({ events }: LiveStore): Promise<string[]> =>
      (await events.read(0, 100)).flatMap((event) => (event.type === 'message' ? [event.message.key] : []));

    test('keeps what it has accepted, each item once and in order, for every process', async () => {
      const outcomes = await Promise.all([
        live.inbox.accept('shop', items('a', 'b'), NOW),
        live.inbox.accept('shop', items('a'), NOW + 1),
        live.inbox.accept('shop', items('c', 'd', 'e'), NOW),
      ]);
      expect(outcomes).toEqual(['KEPT', 'KEPT', 'FULL']);
      const { inbox } = await other.openLive(LIMITS);
      const waiting = await inbox.waiting('shop', 10);
      expect(waiting.map(({ payload }) => payload)).toEqual(['payload of a', 'payload of b']);
      expect(await inbox.backlog()).toEqual([{ channel: 'shop', count: 2, oldestAt: NOW }]);
    });

    test('finishes items with what they bring, or not at all', async () => {
      await live.inbox.accept('shop', items('a'), NOW);
      const [item] = await live.inbox.waiting('shop', 1);
      const id = item?.id ?? 0;
      const broken: NewEvent[] = [...newsOf('one'), { ...newsOf('two')[0], channel: null } as never];
      await expect(live.inbox.finish([id], broken, NOW)).rejects.toThrow();
      expect([await keysOf(live), (await live.inbox.waiting('shop', 1)).length]).toEqual([[], 1]);
      let told = 0;
      const stop = live.events.onAppend(() => told++);
      await live.inbox.finish([id], newsOf('one', 'two', 'one'), NOW);
      // Nothing of it is new.
      await live.inbox.finish([id], newsOf('two'), NOW);
      stop();
      expect([await keysOf(live), (await live.inbox.waiting('shop', 1)).length, told]).toEqual([
        ['one', 'two'],
        0,
        1,
      ]);
    });

    test('gives its events ids in the order in which they are published, without gaps, and never one again', async () => {
      const second = await other.openLive(LIMITS);
      expect(second.events.name).toBe(live.events.name);
      for (const key of ['a', 'b', 'a', 'c'])
        await (key === 'b' ? second : live).inbox.finish([], newsOf(key), NOW);
      expect((await live.events.read(0, 10)).map(({ id }) => id)).toEqual([1, 2, 3]);
      await live.events.prune(NOW + 1);
      expect(await second.events.bounds()).toEqual({ prunedUpTo: 3, lastId: 3 });
      expect(await second.events.forgottenBefore()).toBe(NOW + 1);
      await second.events.prune(NOW);
      expect(await live.events.forgottenBefore()).toBe(NOW + 1);
      await second.inbox.finish([], newsOf('d'), NOW + 2);
      expect(await live.events.bounds()).toEqual({ prunedUpTo: 3, lastId: 4 });
    });

    test('keeps the position of a tail with what it has published', async () => {
      await live.tails.begin('shop', NOW);
      await live.tails.begin('shop', NOW + 1);
      const next = { from: NOW, until: NOW + 5, cursor: 'C' };
      await live.tails.keep('shop', newsOf('a'), NOW, next);
      const { tails } = await other.openLive(LIMITS);
      expect(await tails.find('shop')).toEqual({ since: NOW, readUntil: NOW, reading: next });
      await tails.end('shop', newsOf('b'), NOW, (noted) => noted + 5);
      expect(await live.tails.find('shop')).toEqual({ since: NOW, readUntil: NOW + 5, reading: null });
      expect(await keysOf(live)).toEqual(['a', 'b']);
      await live.tails.begin('shop', NOW - 1);
      expect((await tails.find('shop'))?.since).toBe(NOW - 1);
      expect(await tails.find('corp')).toBeNull();
    });

    test('has one chain of audit records, whichever process writes them', async () => {
      const logs = await Promise.all([store, other].map(({ audit }) => AuditLog.open(audit, SECRET, silent)));
      await Promise.all(
        Array.from({ length: 60 }, async (_, number) => {
          const entry = createEntry(number);
          await logs[number % 2]?.record(entry, entry);
        }),
      );
      const { count, findings } = await store.audit.change(async (log) =>
        verifyChain(await readChain(log), new AuditSeal(SECRET)),
      );
      expect([count, findings]).toEqual([60, []]);
    });

    test('moves a stream on only from where it stands', async () => {
      const [stream, late] = [store, other].map((of) => of.messageStream('ww1', 'corp'));
      const page = (msgId: string, cursor: string | null, nextCursor: string) => ({
        entries: [{ msgId, sendTime: 1, conversation: 'c', record: `"${msgId}"` }],
        cursor,
        nextCursor,
        caughtUpAt: null,
      });
      const before = await late?.version();
      expect(await stream?.keep(page('a', null, 'C1'))).toBe(true);
      expect(await late?.keep(page('b', null, 'C9'))).toBe(false);
      expect(await late?.progress()).toEqual({ cursor: 'C1', caughtUpAt: 0, isBehind: true });
      expect(await late?.keep(page('b', 'C1', 'C2'))).toBe(true);
      const places = (await stream?.places('ASC', { sendTime: 0, rank: -1 }, 10, 'c')) ?? [];
      expect(await stream?.records(places)).toEqual(['"a"', '"b"']);
      expect(await late?.version()).not.toBe(before);
    });

    test('records what webhooks tell once, however often they tell it', async () => {
      const ledger = store.ledger('whatsapp');
      const message = { event: 'E', prefix: 's' };
      const toDetails = (): { details: string; speaker: string } => ({ details: '"d"', speaker: 'p' });
      const entries = [
        { messageId: 'm1', recordedAt: NOW, message, toDetails },
        { messageId: 'm2', recordedAt: NOW, message },
        { messageId: 'm1', recordedAt: NOW + 1, rank: 2 },
        { messageId: 'm1', recordedAt: NOW + 2, rank: 1 },
      ];
      const version = await ledger.anyVersion();
      const first = await ledger.record(entries);
      expect(first.map(({ status }) => status?.isForward ?? null)).toEqual([null, null, true, false]);
      const again = await other.ledger('whatsapp').record(entries);
      expect(again.map(({ message: of, status }) => [of, status])).toEqual(
        first.map(({ message: of, status }) => [of, status]),
      );
      expect(await ledger.anyVersion()).not.toBe(version);
      const keys = [0, 1, 2].map((ordinal) => ({ prefix: 's', ordinal }));
      expect(await ledger.find(keys)).toEqual([
        { messageId: 'm1', rank: 2, details: ['"d"'] },
        { messageId: 'm2', rank: null, details: [] },
        null,
      ]);
      let asked = 0;
      expect(await ledger.record(entries, () => ++asked <= 2)).toHaveLength(2);
      expect(await ledger.hasSpeaker('p')).toBe(true);
      await ledger.prune(NOW + 3);
      expect([await ledger.find(keys), await ledger.hasSpeaker('p')]).toEqual([[null, null, null], false]);
    });

    test('looks up many messages at once, however they are spread', async () => {
      const prefixes = Array.from({ length: 150 }, (_, index) => `p${index % 50}`);
      const ledger = store.ledger('whatsapp');
      await ledger.record(
        prefixes.map((prefix, index) => ({
          messageId: `m${index}`,
          recordedAt: NOW,
          message: { event: 'E', prefix },
          toDetails: () => ({ details: `${index}`, speaker: null }),
          rank: index % 4,
        })),
      );
      // Both events told of this one.
      const message = { event: 'F', prefix: 'p7' };
      await ledger.record([{ messageId: 'twin', recordedAt: NOW, message, rank: 5 }]);
      const keys = prefixes
        .map((prefix, index) => ({ prefix, ordinal: Math.floor(index / 50) }))
        .toReversed();
      const expected = keys.map((_, index) => {
        const number = 149 - index;
        const rank = number === 7 ? 5 : number % 4;
        return { messageId: `m${number}`, rank, details: [`${number}`] };
      });
      expect(await ledger.find([...keys, { prefix: 'p7', ordinal: 3 }, ...keys])).toEqual([
        ...expected,
        null,
        ...expected,
      ]);
      expect(await ledger.find([])).toEqual([]);

      const stream = store.messageStream('ww1', 'corp');
      const entries = Array.from({ length: 300 }, (_, index) => ({
        msgId: `m${index}`,
        sendTime: Math.floor(index / 3),
        conversation: `c${index % 2}`,
        record: `${index}`,
      }));
      await stream.keep({ entries, cursor: null, nextCursor: 'C1', caughtUpAt: NOW });
      const places = await stream.places('DESC', { sendTime: 99, rank: 2 }, 200, 'c1');
      expect(await stream.records(places)).toEqual(
        Array.from({ length: 149 }, (_, index) => `${297 - 2 * index}`),
      );
      await expect(stream.records([...places, { sendTime: 1_000, rank: 0 }])).rejects.toThrow();
      expect(await stream.records([])).toEqual([]);
    });

    test('keeps recalls and what an account remembers', async () => {
      const recalls = store.recalls(14, '@a');
      const version = await recalls.version();
      await recalls.note(7, 'k', NOW, 0);
      await recalls.note(7, 'k', NOW, 0);
      expect(await other.recalls(14, '@a').keys()).toEqual(['k']);
      expect(await other.recalls(14, '@b').keys()).toEqual([]);
      expect(await recalls.version()).not.toBe(version);
      // Two channels may have one account.
      const [own, another] = [store.recalls(14, '@c'), store.recalls(14, '@c')];
      const before = await another.version();
      await own.note(8, 'l', NOW, 0);
      expect(await another.version()).not.toBe(before);
      const account = store.accountMemory('A');
      await account.set('n', '1');
      await account.set('n', '2');
      expect([await other.accountMemory('A').get('n'), await account.get('x')]).toEqual(['2', null]);
    });

    test('has one secret, for all processes', async () => {
      const [one, two] = await Promise.all([store, other].map(({ settings }) => settings.secretOrNew()));
      expect(one).toHaveLength(32);
      expect(one).toEqual(two);
      expect(await other.settings.secret()).toEqual(one);
    });

    test('rejects once it is closed', async () => {
      const closed = open();
      const { inbox, events } = await closed.openLive(LIMITS);
      await closed.close();
      await expect(inbox.accept('shop', items('a'), NOW)).rejects.toThrow();
      await expect(events.bounds()).rejects.toThrow();
      await expect(closed.probe.writeAndRead(1)).rejects.toThrow();
    });
  });
}
