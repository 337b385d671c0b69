import { expect, test } from 'vitest';
import type { Move, MovePosition } from '../../src/gateway/archive-reader.ts';
import { readTurns, type MostTurns } from '../../src/resolvers/read-turns.ts';
import type { NearestQuery } from '../../src/store/store.ts';

const SPAN = { since: 0, until: 1_000_000 };
type Placed = Move & { position: MovePosition };

/** Each conversation asks once; every second one is answered behind the span. */
function waitingConversations(count: number): Placed[] {
  return Array.from({ length: count }, (_, sentAt) => ({
    conversation: { source: 'shop', key: `c${sentAt}` },
    direction: 'INBOUND',
    sentAt,
    agent: null,
    position: { sentAt, source: 'shop', sequence: '1' },
  }));
}

/** What is asked of an archive, and what is found, in the order in which it happens. */
async function read(
  moves: readonly Placed[],
  isOver = (_log: string[]) => false,
  most?: MostTurns,
  completeUntil = Infinity,
) {
  const log: string[] = [];
  const kept = {
    moves: (_: unknown, after: MovePosition | null, limit: number): Promise<Placed[]> => {
      log.push('moves');
      const rest = moves.filter(({ sentAt }) => sentAt > (after?.sentAt ?? -1));
      return Promise.resolve(rest.slice(0, limit));
    },
    nearestMoves: ({ side, conversations }: NearestQuery): Promise<Move[]> => {
      log.push(`${side} ${conversations.length}`);
      if (side === 'BEFORE') return Promise.resolve([]);
      const answered = conversations.filter((_, index) => index % 2 === 0);
      return Promise.resolve(
        answered.map((conversation) => ({
          conversation,
          direction: 'OUTBOUND',
          sentAt: SPAN.until + 5,
          agent: null,
        })),
      );
    },
  };
  const channels = {
    channelOf: (source: string) => `channel of ${source}`,
    completeness: {
      completeUntil: (moment: number) => {
        expect(moment).toBe(SPAN.until);
        return Promise.resolve(new Map([['channel of shop', completeUntil]]));
      },
    },
  };
  const budget = {
    get isOver(): boolean {
      return isOver(log);
    },
    yieldToEventLoop: (): Promise<void> => {
      log.push('yield');
      return Promise.resolve();
    },
  };
  const found = [];
  for await (const turns of readTurns({ ...kept, ...channels }, SPAN, budget, most)) {
    log.push(`turns ${turns.length}`);
    found.push(...turns);
  }
  return { found, log };
}

test('what waits at the end is answered a slice at a time, and other work is done in between', async () => {
  const { found, log } = await read(waitingConversations(4_500));
  expect(log).toEqual([
    ...['yield', 'moves', 'BEFORE 2000', 'turns 0', 'yield', 'moves', 'BEFORE 2000', 'turns 0'],
    ...['yield', 'moves', 'BEFORE 500', 'turns 0'],
    ...['yield', 'SINCE 2000', 'turns 2000', 'yield', 'SINCE 2000', 'turns 2000'],
    ...['yield', 'SINCE 500', 'turns 500'],
  ]);
  expect(found.filter(({ answeredAt }) => answeredAt === SPAN.until + 5)).toHaveLength(2_250);
  expect(new Set(found.map(({ conversation }) => conversation)).size).toBe(4_500);
});

test.each([
  [SPAN.until + 5, 0],
  [SPAN.until + 6, 2],
])('where what is kept is complete until %i, %i answers are certain', async (completeUntil, answered) => {
  const { found } = await read(waitingConversations(4), undefined, undefined, completeUntil);
  expect(found).toHaveLength(4);
  expect(found.filter(({ answeredAt }) => answeredAt !== null)).toHaveLength(answered);
});

test('a request that is over meanwhile has no figures', async () => {
  const isOver = (log: string[]): boolean => log.includes('turns 2000');
  await expect(read(waitingConversations(4_500), isOver)).rejects.toMatchObject({
    name: 'BudgetSpentError',
  });
});

test.each([
  ['turns', { turns: 2, conversations: 9 }],
  ['conversations', { turns: 9, conversations: 2 }],
])('more %s than can be remembered are refused, saying what to do', async (_, most) => {
  const message = `This time range has more than ${most.turns} turns, or turns of more than ${most.conversations} conversations. Narrow it with "since" and "until", or to one "channel".`;
  expect((await read(waitingConversations(2), undefined, most)).found).toHaveLength(2);
  await expect(read(waitingConversations(3), undefined, most)).rejects.toMatchObject({
    code: 'QUERY_TOO_COMPLEX',
    message,
  });
});
