import fc from 'fast-check';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { archiveChannel } from '../../src/archive/archived-channel.ts';
import { toEntry } from '../../src/archive/to-entry.ts';
import { unsearchable } from '../../src/archive/unsearchable.ts';
import type { MessageRecord } from '../../src/domain/records.ts';
import { toSearch } from '../../src/domain/search.ts';
import type { MessageArchive } from '../../src/store/store.ts';
import { CursorCodec } from '../../src/timeline/cursor.ts';
import { NO_FILTER } from '../../src/timeline/filter.ts';
import { RequestBudget } from '../../src/timeline/request-budget.ts';
import { Timeline, type TimelineQuery } from '../../src/timeline/timeline.ts';
import { createPage } from '../support/archive-page.ts';
import { MemoryChannel } from '../support/memory-channel.ts';
import { PagedMemoryChannel } from '../support/memory-source.ts';
import { runs } from '../support/runs.ts';
import { partOf, searchedText } from '../support/searched-texts.ts';
import { slowlyMatches } from '../support/slow-search.ts';
import { TestClock } from '../support/test-clock.ts';
import type { OpenArchives } from './describe-archive.ts';

const NOW = Date.UTC(2026, 2, 20);
const DAY_MS = 86_400_000;
const EVERY_MS = 5 * DAY_MS;
const MESSAGES = 300;
/** From here on the provider is asked. */
const SETTLED = NOW - 100 * DAY_MS;
const LIMITS = { upstreamCallsPerRequest: 1_000, requestTimeoutMs: 60_000 };

type TextOf = (message: MessageRecord) => string | null;
const showsAll: TextOf = ({ text }) => text;
/** What a caller sees who may not see names; that mask has words too. */
const masksCards: TextOf = ({ kind, text }) => (kind === 'CONTACT_CARD' ? text && 'hidden-退款' : text);

/** A search finds the same in an archive as anywhere else, whatever engine it is in. */
export function describeSearch(open: OpenArchives): void {
  test('any search finds what is found by reading each text, in the archive and beside it', async () => {
    const messages = toMessages();
    const [archive] = await open('searched');
    await keep(archive, messages);
    let found = 0;
    await fc.assert(
      fc.asyncProperty(
        someSearch(messages),
        fc.record({
          order: fc.constantFrom('ASC', 'DESC'),
          size: fc.integer({ min: 1, max: 60 }),
          textOf: fc.constantFrom(showsAll, masksCards),
        }),
        async (search, { textOf, ...how }) => {
          const expected = messages.filter((message) => {
            const text = textOf(message);
            return text !== null && slowlyMatches(text, search);
          });
          found += expected.length;
          const shown = await walk(archive, messages, textOf, search, how);
          const inOrder = how.order === 'ASC' ? expected : expected.toReversed();
          expect([search, shown.map(({ key }) => key)]).toEqual([search, inOrder.map(({ key }) => key)]);
        },
      ),
      { numRuns: runs(1_000) },
    );
    expect(found).toBeGreaterThan(1_000);
  });
}

/** With several in a moment, over months. */
function toMessages(): MessageRecord[] {
  const texts = fc.sample(searchedText(30), { seed: 7, numRuns: MESSAGES });
  const channel = new MemoryChannel('shop');
  const added = texts.map((_, index) => channel.add(NOW - EVERY_MS * Math.floor((MESSAGES - index) / 3)));
  return added.map((message, index): MessageRecord => ({
    ...message,
    text: index % 11 === 0 ? null : (texts[index] ?? null),
    kind: index % 7 === 0 ? 'CONTACT_CARD' : 'TEXT',
  }));
}

/** Some of it at a time when nothing was indexed. */
async function keep(archive: MessageArchive, messages: readonly MessageRecord[]): Promise<void> {
  const settled = messages.filter(({ sentAt }) => sentAt < SETTLED);
  const isIndexed = ({ key }: MessageRecord): boolean => Number(key) % 5 !== 0;
  const others = settled.filter((message) => !isIndexed(message)).map(toEntry);
  await unsearchable(archive).keep(createPage({ readAt: NOW, entries: others }));
  const indexed = settled.filter(isIndexed).map(toEntry);
  await archive.keep(createPage({ readAt: NOW, entries: indexed, covers: { since: 0, until: SETTLED } }));
}

function someSearch(messages: readonly MessageRecord[]): fc.Arbitrary<string> {
  const inText = fc.nat(messages.length - 1).chain((index) => partOf(messages[index]?.text ?? '退'));
  return fc
    .oneof(searchedText(4), { weight: 3, arbitrary: inText })
    .filter((search) => toSearch(search).length > 0);
}

async function walk(
  archive: MessageArchive,
  messages: MessageRecord[],
  textOf: TextOf,
  search: string,
  { order, size }: { order: TimelineQuery['order']; size: number },
): Promise<MessageRecord[]> {
  const clock = new TestClock(NOW);
  const channel = archiveChannel(
    new PagedMemoryChannel({ name: 'shop', pageSize: 40 }, messages),
    { nameOf: (id) => id, open: () => archive },
    { since: 0, dueMs: 0 },
    clock,
    (error) => {
      throw error;
    },
  );
  const cursors = new CursorCodec(Buffer.alloc(32, 7));
  const timeline = new Timeline([channel], cursors, clock, pino({ enabled: false }), textOf);
  const shown: MessageRecord[] = [];
  for (let cursor: string | null = null; ;) {
    const page = await timeline.read(
      {
        filter: { ...NO_FILTER, search },
        order,
        page: { size, direction: 'forward', cursor },
        onSourceFailure: 'FAIL',
      },
      new RequestBudget(LIMITS, clock),
    );
    shown.push(...page.nodes);
    if (!page.pageInfo.hasNextPage) return shown;
    cursor = page.pageInfo.endCursor;
  }
}
