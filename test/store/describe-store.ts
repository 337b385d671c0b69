import { createSecretKey, randomBytes, type KeyObject } from 'node:crypto';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { AuditLog } from '../../src/audit/audit-log.ts';
import { rowsByTime } from '../../src/audit/by-time.ts';
import { AuditSeal } from '../../src/audit/seal.ts';
import { verifyLog } from '../../src/audit/verify.ts';
import type { LiveEvent, NewEvent } from '../../src/domain/events.ts';
import type {
  AuditMark,
  AuditStrand,
  LiveStore,
  NewAuditRow,
  Store,
  StreamEntry,
  StreamPlace,
} from '../../src/store/store.ts';
import type { AuditedRead, ReadBy } from '../../src/audit/entry.ts';
import { createEntry } from '../audit/entries.ts';
import { SOME_FACTS } from '../support/archive-entry.ts';
import { createPage } from '../support/archive-page.ts';
import { toArray } from '../support/to-array.ts';
import { createMemoryLog } from '../support/memory-log.ts';
import { describeArchiveIndex } from './describe-archive-index.ts';
import { describeArchive } from './describe-archive.ts';
import { describeSearch } from './describe-search.ts';
import { waitUntil } from '../support/wait-until.ts';

/** What a back end can do beside the laws that hold for all. */
export interface StoreCapabilities {
  /** What is kept outlives the one who opened it, and several may have it open. */
  isShared: boolean;
  /** Everything that a person finds who has the files; null: there are none. */
  read: ((place: string) => Promise<string>) | null;
  /** Gateways may share it. */
  isForReplicas: boolean;
  /** With which its stores are made; null: they are not encrypted. */
  key: KeyObject | null;
}

export interface BackEnd {
  name: string;
  /** Opens the store of this place, and makes it when there is none. @param key default: the one of the capabilities */
  open(place: string, key?: KeyObject | null): Promise<Store>;
  /** Nothing is left of it. */
  remove(place: string): Promise<void>;
  capabilities: StoreCapabilities;
}

const NOW = Date.UTC(2026, 2, 20);
const SECRET = Buffer.alloc(32, 7);
const LIMITS = { maxInboxItems: 10_000, maxChannelInboxItems: 10_000 };
/** Each run asks a database several times, and some of them sync to disk. */
const RUNS = { numRuns: 15 };
/** Such as engines take otherwise, or not at all: the end of a C string, escapes, quotes, characters of four bytes. */
const AWKWARD = fc.string({
  unit: fc.constantFrom('\0', '\\', '0', "'", '"', '%', 'a', 'A', 'é', '退', '😀', '\uFEFF', ' '),
  minLength: 1,
  maxLength: 8,
});

type Pair<T> = readonly [T, T];

/** The first for even numbers. */
function either<T>([first, second]: Pair<T>, index: number): T {
  return index % 2 === 0 ? first : second;
}

function both<T, U>([first, second]: Pair<T>, toOther: (of: T) => U): Pair<U> {
  return [toOther(first), toOther(second)];
}

/** The laws of a store, whatever engine it is in. */
export function describeStore(backEnd: BackEnd): void {
  const { name } = backEnd;
  const { isShared, isForReplicas, read, key } = backEnd.capabilities;

  describe(name, () => {
    let place = '';
    let opened: Store[] = [];
    let channels = 0;
    beforeEach(() => {
      place = `store_${randomBytes(6).toString('hex')}`;
      opened = [];
    });
    afterEach(async () => {
      await Promise.all(opened.map((store) => store.close()));
      await backEnd.remove(place);
    });

    async function openStore(): Promise<Store> {
      const store = await backEnd.open(place);
      opened.push(store);
      return store;
    }

    /** Two processes' views of one store; one view where it cannot be shared. */
    async function openTwo(): Promise<Pair<Store>> {
      const first = await openStore();
      return [first, isShared ? await openStore() : first];
    }

    async function openLives(limits = LIMITS): Promise<Pair<LiveStore>> {
      const [first, second] = await openTwo();
      const live = await first.openLive(limits);
      return [live, isShared ? await second.openLive(limits) : live];
    }

    async function closeAll(): Promise<void> {
      await Promise.all(opened.splice(0).map((store) => store.close()));
    }

    /** In which nothing has happened yet. */
    const newChannel = (): string => `desk-${++channels}`;

    describe('the inbox', () => {
      test('what was accepted is there for all who open the store, though it was not closed', async () => {
        const [first, second] = await openTwo();
        const { inbox } = await first.openLive(LIMITS);
        expect(await inbox.accept('desk', [{ key: 'k', payload: { text: '你好 \0' } }], NOW)).toBe('KEPT');
        const others = (await second.openLive(LIMITS)).inbox;
        expect((await others.waiting('desk', 10)).map(({ payload }) => payload)).toEqual([
          { text: '你好 \0' },
        ]);
        expect(await others.backlog()).toEqual([{ channel: 'desk', count: 1, oldestAt: NOW }]);
      });

      test('a repetition is kept once, whatever its key is made of and however deliveries are cut', async () => {
        const { inbox } = await (await openStore()).openLive(LIMITS);
        await fc.assert(
          fc.asyncProperty(
            fc.array(fc.array(AWKWARD, { maxLength: 4 }), { maxLength: 5 }),
            async (deliveries) => {
              const channel = newChannel();
              for (const keys of deliveries) {
                const items = keys.map((key) => ({ key, payload: key }));
                expect(await inbox.accept(channel, items, NOW)).toBe('KEPT');
              }
              const waiting = await inbox.waiting(channel, 100);
              expect(waiting.map(({ payload }) => payload)).toEqual([...new Set(deliveries.flat())]);
            },
          ),
          RUNS,
        );
      });

      test('a repetition is kept once when two accept it at the same moment', async () => {
        const lives = await openLives();
        const items = ['a', 'b', 'c'].map((key) => ({ key, payload: key }));
        const outcomes = await Promise.all(
          Array.from({ length: 10 }, (_, index) =>
            either(lives, index).inbox.accept('desk', index % 4 < 2 ? items : items.toReversed(), NOW),
          ),
        );
        expect(outcomes).toEqual(outcomes.map(() => 'KEPT'));
        const waiting = await lives[0].inbox.waiting('desk', 100);
        expect(waiting.map(({ payload }) => payload).sort()).toEqual(['a', 'b', 'c']);
      });

      test('a channel may have so many items waiting, however many deliveries come at the same moment', async () => {
        const limits = { maxInboxItems: 10, maxChannelInboxItems: 5 };
        const lives = await openLives(limits);
        const outcomes = await Promise.all(
          Array.from({ length: 8 }, (_, index) =>
            either(lives, index).inbox.accept(
              'desk',
              [`a${index}`, `b${index}`].map((key) => ({ key, payload: key })),
              NOW,
            ),
          ),
        );
        expect(outcomes.sort()).toEqual([...Array<string>(6).fill('FULL'), 'KEPT', 'KEPT']);
        const [backlog] = await lives[0].inbox.backlog();
        expect(backlog?.count).toBe(4);
        expect(await lives[1].inbox.accept('desk', [{ key: 'one', payload: 1 }], NOW)).toBe('KEPT');
        expect(await lives[0].inbox.accept('corp', [{ key: 'one', payload: 1 }], NOW)).toBe('KEPT');
      });

      test('a credential vouches for four bodies, also when they come at the same moment', async () => {
        const lives = await openLives();
        const outcomes = await Promise.all(
          Array.from({ length: 12 }, (_, index) =>
            either(lives, index).inbox.accept('desk', [{ key: `k${index}`, payload: index }], NOW, {
              credential: 'c',
              body: `b${index % 6}`,
              expiresAt: NOW + 1_000,
            }),
          ),
        );
        expect(outcomes.filter((outcome) => outcome === 'KEPT')).toHaveLength(8);
        expect(outcomes.filter((outcome) => outcome === 'MISUSED')).toHaveLength(4);
      });

      test('items are processed and their events published, both or neither', async () => {
        const { inbox, events } = await (await openStore()).openLive(LIMITS);
        await inbox.accept('desk', [{ key: 'k', payload: 1 }], NOW);
        const [item] = await inbox.waiting('desk', 10);
        const ids = [item?.id ?? 0];
        // As many as one statement marks, so that some are marked before it fails.
        const many = Array.from({ length: 128 }, () => ids).flat();
        await expect(inbox.finish(failAfter(many), [toEvent('desk', 'm')], NOW)).rejects.toThrow(
          'interrupted',
        );
        expect(await inbox.waiting('desk', 10)).toEqual([item]);
        expect(await events.read(0, 10)).toEqual([]);
        expect((await events.bounds()).lastId).toBe(0);

        await inbox.finish(ids, [toEvent('desk', 'm')], NOW);
        expect(await inbox.waiting('desk', 10)).toEqual([]);
        expect(keysOf(await events.read(0, 10))).toEqual(['m']);
        expect(await inbox.accept('desk', [{ key: 'k', payload: 1 }], NOW)).toBe('KEPT');
        expect(await inbox.waiting('desk', 10)).toEqual([]);
      });
    });

    describe('the event log', () => {
      test('it has one name for all who open it', async () => {
        const lives = await openLives();
        expect(new Set(lives.map(({ events }) => events.name)).size).toBe(1);
      });

      test('a message is published once, found by its key, and given back as it was', async () => {
        const { inbox, events } = await (await openStore()).openLive(LIMITS);
        await fc.assert(
          fc.asyncProperty(
            fc.array(fc.array(AWKWARD, { maxLength: 4 }), { maxLength: 4 }),
            async (groups) => {
              const channel = newChannel();
              for (const keys of groups)
                await inbox.finish(
                  [],
                  keys.map((key) => toEvent(channel, key)),
                  NOW,
                );
              const published = await readAll(events.read.bind(events));
              const keys = keysOf(published.filter((event) => event.channel === channel));
              expect(keys).toEqual([...new Set(groups.flat())]);
              for (const key of keys)
                expect((await events.findMessage(channel, key))?.text).toBe(`text of ${key}`);
            },
          ),
          RUNS,
        );
      });

      test('listeners are told once something can be read', async () => {
        const { inbox, events } = await (await openStore()).openLive(LIMITS);
        const seen: Promise<LiveEvent[]>[] = [];
        const stop = events.onAppend(() => seen.push(events.read(0, 10)));
        await inbox.finish([], [toEvent('desk', 'm')], NOW);
        await inbox.finish([], [toEvent('desk', 'm')], NOW);
        stop();
        await inbox.finish([], [toEvent('desk', 'n')], NOW);
        const keys = (await Promise.all(seen)).flatMap(keysOf);
        expect([...new Set(keys)]).toEqual(['m']);
      });

      if (isForReplicas)
        test('listeners are told of what another process has published or accepted', async () => {
          const [own, other] = await openLives();
          const told = { published: 0, accepted: 0 };
          const listen = (what: keyof typeof told) => (): void => {
            told[what]++;
          };
          const stops = [
            own.events.onAppend(listen('published')),
            own.inbox.onForeignArrival('desk', listen('accepted')),
          ];
          for (let round = 0; round < 3; round++) {
            const before = { ...told };
            await other.inbox.accept('desk', [{ key: `k${round}`, payload: 1 }], NOW);
            await waitUntil(() => told.accepted > before.accepted);
            await other.inbox.finish([], [toEvent('desk', `m${round}`)], NOW);
            await waitUntil(() => told.published > before.published);
          }
          for (const stop of stops) stop();
        });

      test('a reader who resumes after the last id misses nothing, though two writers publish side by side', async () => {
        const [first, second] = await openTwo();
        const [a, b] = [await first.openLive(LIMITS), await second.openLive(LIMITS)];
        const { events } = await (isShared ? await openStore() : first).openLive(LIMITS);
        const write = async ({ inbox }: LiveStore, writer: string): Promise<void> => {
          await Promise.all(
            Array.from({ length: 8 }, async (_, number) => {
              for (let round = 0; round < 6; round++) {
                // Some come from both writers.
                const keys = [`${writer} ${number} ${round}`, `both ${number} ${round}`];
                await inbox.finish(
                  [],
                  keys.map((key) => toEvent('desk', key)),
                  NOW,
                );
              }
            }),
          );
        };
        const writing = { isDone: false };
        const written = Promise.all([write(a, 'a'), write(b, 'b')]).finally(() => {
          writing.isDone = true;
        });
        const seen: LiveEvent[] = [];
        do {
          seen.push(...(await events.read(seen.at(-1)?.id ?? 0, 5)));
          await new Promise((resolve) => setImmediate(resolve));
        } while (!writing.isDone);
        await written;
        seen.push(...(await readAll((after, limit) => events.read(after, limit), seen.at(-1)?.id)));
        expect(seen).toEqual(await readAll((after, limit) => events.read(after, limit)));
        const keys = keysOf(seen);
        expect(keys).toHaveLength(new Set(keys).size);
        expect(keys).toHaveLength(3 * 8 * 6);
      });

      test('what is pruned stays pruned, and its ids are not given again', async () => {
        const { inbox, events } = await (await openStore()).openLive(LIMITS);
        for (let index = 0; index < 5; index++)
          await inbox.finish([], [toEvent('desk', `m${index}`)], NOW + index);
        const ids = (await events.read(0, 10)).map(({ id }) => id);
        await events.prune(NOW + 2);
        await events.prune(NOW + 1);
        expect(await events.bounds()).toEqual({ prunedUpTo: ids[1], lastId: ids[4] });
        expect(await events.forgottenBefore()).toBe(NOW + 2);
        expect(keysOf(await events.read(0, 10))).toEqual(['m2', 'm3', 'm4']);

        await events.prune(NOW + 100);
        expect(await events.bounds()).toEqual({ prunedUpTo: ids[4], lastId: ids[4] });
        await inbox.finish([], [toEvent('desk', 'm5')], NOW + 101);
        const [next] = await events.read(0, 10);
        expect(next?.id).toBeGreaterThan(ids[4] ?? Infinity);
      });
    });

    describe('tails', () => {
      const PASS = { from: NOW - 1, until: NOW, cursor: 'page 2' };

      test('a page is published and the position after it kept, both or neither', async () => {
        const { tails, events } = await (await openStore()).openLive(LIMITS);
        expect(await tails.find('desk')).toBeNull();
        await tails.begin('desk', NOW);
        // An earlier beginning stays.
        await tails.begin('desk', NOW + 1);
        await tails.keep('desk', [toEvent('desk', 'm')], NOW, PASS);
        const kept = { since: NOW, readUntil: NOW, reading: PASS };
        expect(await tails.find('desk')).toEqual(kept);
        const failing = tails.end('desk', [toEvent('desk', 'n')], NOW, () => {
          throw new Error('interrupted');
        });
        await expect(failing).rejects.toThrow('interrupted');
        expect(await tails.find('desk')).toEqual(kept);
        expect(keysOf(await events.read(0, 10))).toEqual(['m']);
      });

      test('two who end a pass at the same moment do not move it back', async () => {
        const lives = await openLives();
        await lives[0].tails.begin('desk', NOW);
        const moments = Array.from({ length: 10 }, (_, index) => NOW + ((index * 7) % 10));
        await Promise.all(
          moments.map((moment, index) =>
            either(lives, index).tails.end('desk', [], NOW, (noted) => Math.max(noted, moment)),
          ),
        );
        expect(await lives[0].tails.find('desk')).toEqual({ since: NOW, readUntil: NOW + 9, reading: null });
      });
    });

    describe('an archive', () => {
      let stores: Promise<Pair<Store>> | null = null;
      beforeEach(() => {
        stores = null;
      });
      describeArchive(async (source) => {
        stores ??= openTwo();
        return both(await stores, (store) => store.messageArchive(source, 'desk'));
      });
      describeSearch(async (source) =>
        both(await openTwo(), (store) => store.messageArchive(source, 'desk')),
      );
    });

    describe('an index of archives', () => {
      describeArchiveIndex(openTwo);
    });

    describe('a stream of messages', () => {
      test('a page that was read from a stale cursor changes nothing', async () => {
        const stores = await openTwo();
        await fc.assert(
          fc.asyncProperty(
            fc.array(fc.record({ writer: fc.nat(1), isStale: fc.boolean() })),
            async (steps) => {
              const channel = newChannel();
              const streams = both(stores, (store) => store.messageStream('corp', channel));
              let cursor: string | null = null;
              const kept: string[] = [];
              for (const [index, { writer, isStale }] of steps.entries()) {
                const isKept = await either(streams, writer).keep({
                  entries: [toEntry(`m${index}`, index)],
                  cursor: isStale ? 'stale' : cursor,
                  nextCursor: `cursor ${index}`,
                  caughtUpAt: NOW + index,
                });
                expect(isKept).toBe(!isStale);
                if (!isStale) {
                  cursor = `cursor ${index}`;
                  kept.push(`m${index}`);
                }
                for (const stream of streams) expect((await stream.progress()).cursor).toBe(cursor);
              }
              const places = await streams[1].places('ASC', { sendTime: -1, rank: 0 }, 1_000, null);
              const records = await streams[1].records(places);
              expect(records).toEqual(kept.map((msgId) => JSON.stringify({ msgId })));
            },
          ),
          RUNS,
        );
      });

      test('of those who read on from one cursor at the same moment, one is kept', async () => {
        const streams = both(await openTwo(), (store) => store.messageStream('corp', 'desk'));
        const outcomes = await Promise.all(
          Array.from({ length: 8 }, (_, index) =>
            either(streams, index).keep({
              entries: [toEntry(`m${index}`, 0)],
              cursor: null,
              nextCursor: `cursor ${index}`,
              caughtUpAt: null,
            }),
          ),
        );
        const winner = outcomes.indexOf(true);
        expect(outcomes.filter((isKept) => isKept)).toHaveLength(1);
        expect(await streams[0].progress()).toEqual({
          cursor: `cursor ${winner}`,
          caughtUpAt: 0,
          isBehind: true,
        });
      });

      test('what was read has another version once another one has written', async () => {
        const [first, second] = await openTwo();
        const own = first.messageStream('corp', 'desk');
        const others = second.messageStream('corp', 'desk');
        let cursor: string | null = null;
        for (let index = 0; index < 3; index++) {
          const before = await own.version();
          const next = `cursor ${index}`;
          await others.keep({
            entries: [toEntry(`m${index}`, 0)],
            cursor,
            nextCursor: next,
            caughtUpAt: null,
          });
          cursor = next;
          if (isShared) expect(await own.version()).not.toBe(before);
        }
      });

      test('pages have no gap and no repetition while others come', async () => {
        const [first, second] = await openTwo();
        const stream = first.messageStream('corp', 'desk');
        const arriving = second.messageStream('corp', 'desk');
        await fc.assert(
          fc.asyncProperty(
            fc.constantFrom('ASC' as const, 'DESC' as const),
            fc.array(fc.nat(3), { minLength: 1, maxLength: 12 }),
            fc.integer({ min: 1, max: 4 }),
            async (order, seconds, limit) => {
              let number = 0;
              const run = randomBytes(6).toString('hex');
              const add = async (times: readonly number[]): Promise<void> => {
                const { cursor } = await arriving.progress();
                const entries = times.map((time) => toEntry(`${run} ${number++}`, time, run));
                await arriving.keep({ entries, cursor, nextCursor: `${run} ${number}`, caughtUpAt: null });
              };
              await add(seconds);
              const before = await stream.places('ASC', { sendTime: -1, rank: 0 }, 1_000, run);
              const walked: StreamPlace[] = [];
              let bound = { sendTime: order === 'ASC' ? -1 : 1_000, rank: 0 };
              for (;;) {
                const page = await stream.places(order, bound, limit, run);
                walked.push(...page);
                const last = page.at(-1);
                if (!last) break;
                bound = last;
                // Two that come: one now, one in a second that may have been passed.
                if (walked.length < 40 && number < 30) await add([3, seconds[0] ?? 0]);
              }
              const texts = walked.map(textOf);
              expect(texts).toEqual(
                [...texts].sort(order === 'ASC' ? undefined : (a, b) => (a < b ? 1 : -1)),
              );
              expect(texts).toHaveLength(new Set(texts).size);
              for (const placed of before) expect(texts).toContain(textOf(placed));
            },
          ),
          RUNS,
        );
      });

      test('many records are looked up at once, however they are spread', async () => {
        const stream = (await openStore()).messageStream('ww1', 'corp');
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
    });

    describe('the ledger of deliveries', () => {
      test('what webhooks tell is recorded once, however often they tell it', async () => {
        const [first, second] = await openTwo();
        const ledger = first.ledger('desk');
        const message = { event: 'e', prefix: 's' };
        const toDetails = (): { details: string; speaker: string } => ({ details: '"d"', speaker: 'p' });
        const entries = [
          { messageId: 'm1', recordedAt: NOW, message, toDetails },
          { messageId: 'm2', recordedAt: NOW, message },
          { messageId: 'm1', recordedAt: NOW + 1, rank: 2 },
          { messageId: 'm1', recordedAt: NOW + 2, rank: 1 },
        ];
        const version = await ledger.anyVersion();
        const told = await ledger.record(entries);
        expect(told.map(({ status }) => status?.isForward ?? null)).toEqual([null, null, true, false]);
        const again = await second.ledger('desk').record(entries);
        expect(again.map(({ message: of, status }) => [of, status])).toEqual(
          told.map(({ message: of, status }) => [of, status]),
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

      test('messages of one key are counted without gap or repetition, by two who record at the same moment', async () => {
        const ledgers = both(await openTwo(), (store) => store.ledger('desk'));
        const entryOf = (index: number): Parameters<(typeof ledgers)[0]['record']>[0] => [
          {
            messageId: `m${index % 8}`,
            recordedAt: NOW,
            message: { event: 'e', prefix: 's' },
            rank: index % 3,
          },
        ];
        await Promise.all(
          Array.from({ length: 16 }, (_, index) => either(ledgers, index).record(entryOf(index))),
        );
        const again = await Promise.all(
          Array.from({ length: 8 }, (_, index) => ledgers[0].record(entryOf(index))),
        );
        const ordinals = again.map((results) => results[0]?.message?.ordinal ?? -1);
        expect(ordinals.sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
        const found = await ledgers[1].find(ordinals.map((ordinal) => ({ prefix: 's', ordinal })));
        expect(new Set(found.map((finding) => finding?.messageId)).size).toBe(8);
      });

      test('many messages are looked up at once, however they are spread', async () => {
        const prefixes = Array.from({ length: 150 }, (_, index) => `p${index % 50}`);
        const ledger = (await openStore()).ledger('whatsapp');
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
      });
    });

    describe('what providers keep', () => {
      test('recalls are noted once each, by account', async () => {
        const [first, second] = await openTwo();
        const own = first.recalls(1_400, '@a');
        const others = second.recalls(1_400, '@a');
        const before = await own.version();
        await others.note(7, 'k \0 7', NOW, NOW - 10);
        await others.note(7, 'k \0 7', NOW + 1, NOW - 10);
        // Two channels of one process may have one account, too.
        expect(await own.version()).not.toBe(before);
        expect(await own.keys()).toEqual(['k \0 7']);
        await own.note(8, 'k8', NOW + 100, NOW + 50);
        expect(await others.keys()).toEqual(['k8']);
      });

      test('a secret is made once, and so is what an account remembers', async () => {
        const stores = await openTwo();
        const [secret, ...others] = await Promise.all(stores.map((store) => store.settings.secretOrNew()));
        expect(secret).toHaveLength(32);
        for (const other of others) expect(other).toEqual(secret);
        const account = 'https://api.example a';
        await stores[0].accountMemory(account).set('token', 'one');
        await stores[1].accountMemory(account).set('token', 'two');
        expect(await stores[0].accountMemory(account).get('token')).toBe('two');
        expect(await stores[0].accountMemory(account).get('other')).toBeNull();
        expect(await stores[1].probe.writeAndRead(NOW)).toBe(NOW);
      });
    });

    describe('a unit', () => {
      test('one that fails leaves nothing', async () => {
        const { audit } = await openStore();
        const change = audit.change(async (log) => {
          await log.open(toStrand(1));
          await log.setEnd({ seq: 1, hash: 'h', seal: 's' });
          expect(await log.strands()).toHaveLength(1);
          throw new Error('interrupted');
        });
        await expect(change).rejects.toThrow('interrupted');
        expect([await audit.exists(), await audit.strands(), await audit.end()]).toEqual([false, [], null]);
      });

      test('those that read and then write do so one after the other', async () => {
        const stores = await openTwo();
        const count = 20;
        await Promise.all(
          Array.from({ length: count }, (_, index) =>
            either(stores, index).audit.change(async (log) => {
              await log.open(toStrand((await log.strands()).length + 1));
            }),
          ),
        );
        expect(await stores[0].audit.strands()).toEqual(
          Array.from({ length: count }, (_, index) => toStrand(index + 1)),
        );
      });

      test('what was begun is kept when the store closes, and then it rejects', async () => {
        const store = await openStore();
        const { inbox, events, tails } = await store.openLive(LIMITS);
        const accepted = inbox.accept('desk', [{ key: 'k', payload: 1 }], NOW);
        await closeAll();
        expect(await accepted).toBe('KEPT');
        const calls = [
          () => inbox.accept('desk', [{ key: 'l', payload: 1 }], NOW),
          () => inbox.waiting('desk', 1),
          () => events.read(0, 1),
          () => tails.find('desk'),
          () => store.audit.count(),
          () => store.probe.writeAndRead(NOW),
          () => store.messageStream('corp', 'desk').progress(),
          () => store.ledger('desk').hasSpeaker('s'),
        ];
        for (const call of calls) await expect(call()).rejects.toThrow(Error);
        if (!isShared) return;
        const again = await (await openStore()).openLive(LIMITS);
        expect(await again.inbox.backlog()).toEqual([{ channel: 'desk', count: 1, oldestAt: NOW }]);
      });
    });

    describe('the audit log', () => {
      test('each process has a strand, and all of them are one log', async () => {
        const stores = await openTwo();
        const logs = await Promise.all(
          both(stores, ({ audit }) => AuditLog.open(audit, SECRET, createMemoryLog().log)),
        );
        await Promise.all(
          Array.from({ length: 60 }, (_, number) => either(logs, number).record(...toRead(number))),
        );
        const { count, heads, findings } = await stores[0].audit.change((log) =>
          verifyLog(log, new AuditSeal(SECRET)),
        );
        expect([count, findings]).toEqual([60, []]);
        expect(heads.map(({ strand, seq }) => [strand, seq])).toEqual([
          [1, 30],
          [2, 30],
        ]);
        const listed = await toArray(rowsByTime(stores[1].audit, { since: null, until: null, caller: 'bi' }));
        const even = Array.from({ length: 30 }, (_, index) => createEntry(index * 2).at);
        expect(listed.map(({ at }) => at)).toEqual(even);
      });

      test('a strand is extended once by the same, and not where it does not end', async () => {
        const stores = await openTwo();
        await stores[0].audit.change((log) => log.open(toStrand(1)));
        const mark = (seq: number): AuditMark => ({ seq, hash: `hash ${seq}`, seal: `seal ${seq}` });
        const extension = { from: mark(0), rows: [toRow(1), toRow(2)], to: mark(2) };
        const runs = await Promise.all(
          Array.from({ length: 6 }, (_, index) => either(stores, index).audit.extend(1, () => extension)),
        );
        expect(runs).toEqual(runs.map(() => mark(2)));
        expect(await stores[1].audit.extend(1, () => ({ ...extension, to: mark(3) }))).toBeNull();
        const failing = stores[0].audit.extend(1, () => ({
          from: mark(2),
          rows: [toRow(3), toRow(1)],
          to: mark(4),
        }));
        await expect(failing).rejects.toThrow(Error);
        const expected = [1, 2].map((seq) => {
          const { callers: _, ...row } = toRow(seq);
          return row;
        });
        expect(await toArray(stores[1].audit.rows(1))).toEqual(expected);
        expect([await stores[1].audit.count(), await stores[1].audit.callersNear(1, 3)]).toEqual([
          2,
          new Set(['bi']),
        ]);
      });
    });

    if (isShared)
      test('it opens with the key that it was made with, and with no other', async () => {
        await openStore();
        await closeAll();
        const other = createSecretKey(randomBytes(32));
        const refused = async (given: KeyObject | null, words: string): Promise<void> => {
          await expect(backEnd.open(place, given)).rejects.toThrow(words);
        };
        if (key === null) await refused(other, 'was made without a key');
        else {
          await refused(other, 'was made with another key');
          await refused(null, 'is encrypted: set store.encryptionKey');
        }
        await openStore();
      });

    if (read !== null)
      test(key === null ? 'what is in it can be read' : 'nothing of what is in it can be read', async () => {
        const store = await openStore();
        const canaries = await plantCanaries(store);
        await closeAll();
        const found = await read(place);
        const readable = canaries.filter((canary) => found.includes(canary));
        // Records of archives are compressed, in files if not in answers of a server.
        const isPacked = (canary: string): boolean => canary.includes('packed');
        expect(readable.filter((canary) => key !== null || !isPacked(canary))).toEqual(
          key === null ? canaries.filter((canary) => !isPacked(canary)) : [],
        );
      });
  });
}

function toEvent(channel: string, key: string): NewEvent {
  const person = { channel, role: 'CUSTOMER' as const, nativeId: 'p', displayName: null };
  return {
    type: 'message',
    channel,
    message: {
      provider: 'TEST',
      channel,
      key,
      sequence: key,
      sentAt: NOW,
      direction: 'INBOUND',
      kind: 'TEXT',
      availability: 'AVAILABLE',
      nativeId: null,
      conversation: {
        channel,
        kind: 'DIRECT',
        key: 'c',
        nativeId: null,
        title: null,
        participants: null,
      },
      sender: person,
      recipients: null,
      text: `text of ${key}`,
      parts: null,
    },
  };
}

function keysOf(events: readonly LiveEvent[]): string[] {
  return events.map((event) => (event.type === 'message' ? event.message.key : event.status.messageId));
}

async function readAll(
  read: (afterId: number, limit: number) => Promise<LiveEvent[]>,
  afterId = 0,
): Promise<LiveEvent[]> {
  const all: LiveEvent[] = [];
  for (;;) {
    const page = await read(all.at(-1)?.id ?? afterId, 50);
    if (page.length === 0) return all;
    all.push(...page);
  }
}

/** A list that ends with an error, when all that comes before has been changed. */
function failAfter(ids: readonly number[]): readonly number[] {
  return Object.assign([...ids], {
    *[Symbol.iterator](): Generator<number> {
      yield* ids.values();
      throw new Error('interrupted');
    },
  });
}

function toEntry(msgId: string, sendTime: number, conversation = 'c'): StreamEntry {
  return { msgId, sendTime, conversation, record: JSON.stringify({ msgId }) };
}

/** In the order of places when compared as texts. */
function textOf({ sendTime, rank }: StreamPlace): string {
  return `${String(sendTime).padStart(6, '0')} ${String(rank).padStart(6, '0')}`;
}

function toRow(seq: number): NewAuditRow {
  return {
    strand: 1,
    seq,
    at: NOW,
    caller: 'bi',
    body: `{"n":${seq}}`,
    previous: `hash ${seq - 1}`,
    hash: `hash ${seq}`,
    callers: new Set(['bi']),
  };
}

function toStrand(id: number): AuditStrand {
  const mark = { seq: 0, hash: 'hash 0', seal: 'seal 0' };
  return { id, name: `name ${id}`, openedAt: NOW, previous: '', hash: `${id}`, anchor: mark, head: mark };
}

function toRead(number: number): [AuditedRead, ReadBy] {
  const entry = createEntry(number);
  return [entry, entry];
}

/** Personal data and credentials in every table that has any. @returns what a reader of the files would search for */
async function plantCanaries(store: Store): Promise<string[]> {
  const canaries: string[] = [];
  const plant = (what: string): string => {
    const canary = `CANARY-${what}-${randomBytes(4).toString('hex')}`;
    canaries.push(canary);
    return canary;
  };
  const { inbox, tails } = await store.openLive(LIMITS);
  await inbox.accept('desk', [{ key: plant('inbox-key'), payload: { text: plant('inbox-payload') } }], NOW);
  await inbox.finish([], [toEvent('desk', plant('event'))], NOW);
  await tails.begin('desk', NOW);
  await tails.keep('desk', [], NOW, { from: 0, until: NOW, cursor: plant('tail-cursor') });
  const reader = plant('caller');
  await store.audit.change((log) => log.open(toStrand(1)));
  const { anchor, head } = toStrand(1);
  const row = { ...toRow(1), caller: reader, body: plant('read'), callers: new Set([reader]) };
  await store.audit.extend(1, () => ({ from: anchor, rows: [row], to: { ...head, seq: 1 } }));
  const stream = store.messageStream(plant('corporation'), 'desk');
  await stream.exclusively(new AbortController().signal, () => Promise.resolve());
  await stream.keep({
    entries: [
      {
        msgId: plant('msgid'),
        sendTime: 1,
        conversation: plant('conversation'),
        record: JSON.stringify({ key: plant('record') }),
      },
    ],
    cursor: null,
    nextCursor: plant('wecom-cursor'),
    caughtUpAt: null,
  });
  const archive = store.messageArchive(plant('archive-source'), plant('archive-account'));
  // In small letters, which are written as they are where they may be read.
  const term = plant('term').toLowerCase().replaceAll('-', '');
  canaries.splice(-1, 1, term);
  const [key, job, position] = [plant('archive-key'), 'backfill', plant('archive-position')];
  const customer = { role: 'CUSTOMER', nativeId: plant('archive-customer') } as const;
  const facts = {
    ...SOME_FACTS,
    conversation: { key: plant('archive-conversation'), kind: 'DIRECT' },
    participants: [customer],
    customer,
  } as const;
  for (const text of [plant('packed-revision'), plant('packed-record')]) {
    const record = JSON.stringify({ text: null, packed: text });
    await archive.keep(
      createPage({
        entries: [{ key, sequence: '1', sentAt: NOW, record, terms: [term], ...facts }],
        readAt: NOW,
        progress: { job, position },
      }),
    );
  }
  // Another message in its place.
  await archive.keep(
    createPage({
      entries: [{ ...SOME_FACTS, key: 'another', sequence: '1', sentAt: NOW, record: '1', terms: [] }],
      readAt: NOW,
    }),
  );
  await store.recalls(1, plant('official-account')).note(1, plant('recall'), NOW, 0);
  await store.accountMemory(plant('account')).set('token', plant('token'));
  await store.ledger('desk').record([
    {
      messageId: plant('message-id'),
      recordedAt: NOW,
      message: { event: 'e', prefix: plant('prefix') },
      toDetails: () => ({ details: plant('details'), speaker: plant('speaker') }),
      profile: { customer: plant('customer'), profile: plant('profile') },
      rank: 1,
    },
  ]);
  return canaries;
}
