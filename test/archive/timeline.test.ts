import fc from 'fast-check';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { archiveChannel } from '../../src/archive/archived-channel.ts';
import type { ChatChannel } from '../../src/datasources/message-source.ts';
import type { MessageRecord } from '../../src/domain/records.ts';
import { UnreachableStoreError } from '../../src/errors/store-error.ts';
import { UpstreamError } from '../../src/errors/upstream-error.ts';
import { Random } from '../../src/sandbox/random.ts';
import type { MessageArchive } from '../../src/store/store.ts';
import { CursorCodec } from '../../src/timeline/cursor.ts';
import { NO_FILTER, type TimelineFilter } from '../../src/timeline/filter.ts';
import type { PageRequest } from '../../src/timeline/page-request.ts';
import { RequestBudget } from '../../src/timeline/request-budget.ts';
import { Timeline } from '../../src/timeline/timeline.ts';
import type { TimelinePage } from '../../src/timeline/timeline-page.ts';
import { ChangingArchive, variedHistory } from '../support/archived-history.ts';
import { PagedMemoryChannel } from '../support/memory-source.ts';
import { runs } from '../support/runs.ts';
import { TestClock } from '../support/test-clock.ts';

const NOW = Date.parse('2026-03-20T10:00:00Z');
const LIMITS = { upstreamCallsPerRequest: 1_000, requestTimeoutMs: 60_000 };
const SECRET = Buffer.alloc(32, 7);

interface Shown {
  filter: TimelineFilter;
  order: 'ASC' | 'DESC';
  sizes: readonly number[];
}

/** Reads pages as a client does; each may be read by another process. */
class Reader {
  readonly #createChannels: () => ChatChannel[];
  readonly #shown: Shown;
  readonly #isPatient: boolean;
  #pages = 0;

  /** @param isPatient whether a page that fails is asked for again */
  constructor(createChannels: () => ChatChannel[], shown: Shown, isPatient = false) {
    this.#createChannels = createChannels;
    this.#shown = shown;
    this.#isPatient = isPatient;
  }

  async read(direction: PageRequest['direction'], cursor: string | null): Promise<TimelinePage> {
    for (let tries = 1; ; tries++) {
      try {
        return await this.#read(direction, cursor);
      } catch (error) {
        if (!this.#isPatient || !(error instanceof UpstreamError) || tries > 1_000) throw error;
      }
    }
  }

  #read(direction: PageRequest['direction'], cursor: string | null): Promise<TimelinePage> {
    const clock = new TestClock(NOW);
    const timeline = new Timeline(
      this.#createChannels(),
      new CursorCodec(SECRET),
      clock,
      pino({ enabled: false }),
    );
    const { filter, order, sizes } = this.#shown;
    const size = sizes[this.#pages++ % sizes.length] ?? 1;
    return timeline.read(
      { filter, order, page: { size, direction, cursor }, onSourceFailure: 'FAIL' },
      new RequestBudget(LIMITS, clock),
    );
  }

  /** @returns all from a cursor on, in the order in which they are shown, and the pages' cursors */
  async walk(
    direction: PageRequest['direction'],
    from: string | null = null,
  ): Promise<{ nodes: MessageRecord[]; cursors: string[] }> {
    const nodes: MessageRecord[] = [];
    const cursors: string[] = [];
    for (let cursor = from; ;) {
      const page = await this.read(direction, cursor);
      const { hasNextPage, hasPreviousPage, startCursor, endCursor } = page.pageInfo;
      if (direction === 'forward') nodes.push(...page.nodes);
      else nodes.unshift(...page.nodes);
      if (!(direction === 'forward' ? hasNextPage : hasPreviousPage)) return { nodes, cursors };
      cursor = direction === 'forward' ? endCursor : startCursor;
      if (cursor === null || cursors.length > 1_000) throw new Error('The walk leads nowhere');
      cursors.push(cursor);
    }
  }
}

/** Its store does not answer now and then. */
function goAwayAtTimes(archive: MessageArchive, random: Random, share: number): void {
  const version = archive.version.bind(archive);
  const read = archive.read.bind(archive);
  const away = async (): Promise<void> => {
    await Promise.resolve();
    if (random.chance(share)) throw new UnreachableStoreError('It is away');
  };
  archive.version = () => away().then(version);
  archive.read = (query) => away().then(() => read(query));
}

const filters: fc.Arbitrary<TimelineFilter> = fc
  .record(
    {
      conversation: fc.constant({ channel: 'shop', value: 'anna' }),
      participant: fc.constant({ channel: 'shop', value: { role: 'AGENT', nativeId: 'lin' } as const }),
      directions: fc.constant(['INBOUND'] as const),
      kinds: fc.constant(['TEXT'] as const),
      conversationKinds: fc.constant(['GROUP'] as const),
      textContains: fc.constant('1'),
      search: fc.constantFrom('00000003', '00000003 00000004', 'none'),
      sentAtGte: fc.integer({ min: NOW - 500, max: NOW }),
      sentAtLt: fc.integer({ min: NOW - 500, max: NOW }),
    },
    { requiredKeys: [] },
  )
  .map((given) => ({ ...NO_FILTER, ...given }));

test('a timeline is the same with an archive and without, in any direction, whatever the archive covers and when it answers', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.record({
        seed: fc.integer({ min: 1, max: 100_000 }),
        count: fc.integer({ min: 0, max: 60 }),
        pageSize: fc.integer({ min: 1, max: 15 }),
        filter: filters,
        order: fc.constantFrom('ASC', 'DESC'),
        sizes: fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 4 }),
        direction: fc.constantFrom('forward', 'backward'),
        turnAt: fc.nat(10),
        awayShare: fc.constantFrom(0, 0.1),
      }),
      async ({ seed, count, pageSize, direction, turnAt, awayShare, ...shown }) => {
        const histories = ['shop', 'desk'].map((name, index) =>
          variedHistory(name, seed + index, count, NOW),
        );
        const archives = histories.map(
          (messages, index) =>
            new ChangingArchive(messages, seed + index, { since: NOW - 700, until: NOW - 60 }),
        );
        for (const archive of archives) {
          await archive.change();
          goAwayAtTimes(archive, new Random(seed), awayShare);
        }
        const createPlain = (): ChatChannel[] =>
          histories.map(
            (messages, index) =>
              new PagedMemoryChannel({ name: index === 0 ? 'shop' : 'desk', pageSize }, messages),
          );
        const createArchived = (): ChatChannel[] =>
          createPlain().map((channel, index) => {
            const archive = archives[index];
            if (!archive) throw new Error('The channel has no archive');
            void archive.change();
            return archiveChannel(
              channel,
              { nameOf: (id) => id, open: () => archive },
              { since: 0, dueMs: 0 },
              new TestClock(NOW),
              () => undefined,
            );
          });
        const plain = await new Reader(createPlain, shown).walk(direction);
        const archived = await new Reader(createArchived, shown, awayShare > 0).walk(direction);
        expect(archived.nodes).toEqual(plain.nodes);

        const cursor = archived.cursors[turnAt];
        if (cursor === undefined) return;
        const back = direction === 'forward' ? 'backward' : 'forward';
        const returned = await new Reader(createArchived, shown, awayShare > 0).walk(back, cursor);
        const passed = archived.nodes.length - returned.nodes.length;
        const expected =
          direction === 'forward' ? plain.nodes.slice(0, returned.nodes.length) : plain.nodes.slice(passed);
        expect(returned.nodes).toEqual(expected);
        const rest = await new Reader(createArchived, shown, awayShare > 0).walk(direction, cursor);
        // The edge of the cursor is neither ahead nor behind.
        expect(returned.nodes.length + 1 + rest.nodes.length).toBe(plain.nodes.length);
      },
    ),
    { numRuns: runs(600) },
  );
});
