import { pino } from 'pino';
import { expect, test } from 'vitest';
import { archiveChannel } from '../../src/archive/archived-channel.ts';
import { toEntry } from '../../src/archive/to-entry.ts';
import { unsearchable } from '../../src/archive/unsearchable.ts';
import type { MessageRecord } from '../../src/domain/records.ts';
import type { ArchivedEntry, ArchiveQuery } from '../../src/store/store.ts';
import { CursorCodec } from '../../src/timeline/cursor.ts';
import { NO_FILTER } from '../../src/timeline/filter.ts';
import { RequestBudget } from '../../src/timeline/request-budget.ts';
import { Timeline } from '../../src/timeline/timeline.ts';
import type { TimelinePage } from '../../src/timeline/timeline-page.ts';
import { createPage } from '../support/archive-page.ts';
import { MemoryArchive } from '../support/memory-archive.ts';
import { MemoryChannel } from '../support/memory-channel.ts';
import { TestClock } from '../support/test-clock.ts';

const NOW = Date.parse('2026-03-20T10:00:00Z');
const LIMITS = { upstreamCallsPerRequest: 0, requestTimeoutMs: 1_000 };
const READ_MS = 100;
const MESSAGES = 2_000;

/** An archive that takes its time. */
class SlowArchive extends MemoryArchive {
  readonly #clock: TestClock;
  reads = 0;

  constructor(clock: TestClock) {
    super();
    this.#clock = clock;
  }

  override read(query: ArchiveQuery): Promise<ArchivedEntry[]> {
    this.reads++;
    this.#clock.advance(READ_MS);
    return super.read(query);
  }
}

async function open(
  isSearchable: boolean,
): Promise<{ archive: SlowArchive; read: (cursor: string | null) => Promise<TimelinePage> }> {
  const clock = new TestClock(NOW);
  const archive = new SlowArchive(clock);
  const channel = new MemoryChannel('shop');
  for (let index = 0; index < MESSAGES; index++) channel.add(NOW - (MESSAGES - index) * 1_000);
  const messages = channel.messages.map((message, index): MessageRecord => ({
    ...message,
    text: index === 3 ? '我要退款' : '退货 收款',
  }));
  await (isSearchable ? archive : unsearchable(archive)).keep(
    createPage({ entries: messages.map(toEntry), readAt: NOW, covers: { since: 0, until: NOW + 1 } }),
  );
  const archived = archiveChannel(
    channel,
    { nameOf: (id) => id, open: () => archive },
    { since: 0, dueMs: 0 },
    clock,
    (error) => {
      throw error;
    },
  );
  const timeline = new Timeline(
    [archived],
    new CursorCodec(Buffer.alloc(32, 7)),
    clock,
    pino({ enabled: false }),
  );
  const read = (cursor: string | null): Promise<TimelinePage> =>
    timeline.read(
      {
        filter: { ...NO_FILTER, search: '退 款 我' },
        order: 'DESC',
        page: { size: 10, direction: 'forward', cursor },
        onSourceFailure: 'FAIL',
      },
      new RequestBudget(LIMITS, clock),
    );
  return { archive, read };
}

test.each([true, false])(
  'a search that finds little stops at its deadline, and resumes there (the archive is searchable: %s)',
  async (isSearchable) => {
    const { archive, read } = await open(isSearchable);
    const found: (string | null)[] = [];
    let pages = 0;
    for (let cursor: string | null = null; ;) {
      archive.reads = 0;
      const { nodes, pageInfo, sources } = await read(cursor);
      pages++;
      found.push(...nodes.map(({ text }) => text));
      expect(archive.reads).toBeLessThanOrEqual(LIMITS.requestTimeoutMs / READ_MS);
      if (!pageInfo.hasNextPage) {
        expect(sources).toMatchObject([{ state: 'OK', reason: null, servedFrom: 'ARCHIVE' }]);
        break;
      }
      expect(sources).toMatchObject([{ state: 'PARTIAL', reason: 'LIMIT_REACHED', upstreamCalls: 0 }]);
      expect(pageInfo.endCursor).not.toBe(cursor);
      cursor = pageInfo.endCursor;
    }
    expect(found).toEqual(['我要退款']);
    expect(pages).toBeGreaterThan(10);
  },
);
