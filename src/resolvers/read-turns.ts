import { RequestError } from '../errors/request-error.ts';
import { BudgetSpentError } from '../errors/upstream-error.ts';
import type { KeptChannels, MovePosition, TimeSpan } from '../gateway/archive-reader.ts';
import { Turns, type Turn } from '../gateway/turns.ts';
import type { RequestBudget } from '../timeline/request-budget.ts';

/** Moves, or conversations, at once: a slice is over within milliseconds. */
const SLICE_SIZE = 2_000;

/** What is remembered while turns are read: about 100 bytes for each. */
export interface MostTurns {
  conversations: number;
  turns: number;
}

const MOST: MostTurns = { conversations: 200_000, turns: 1_000_000 };

interface KeptMoves extends Pick<KeptChannels, 'moves' | 'nearestMoves' | 'channelOf'> {
  completeness: Pick<KeptChannels['completeness'], 'completeUntil'>;
}

/**
 * The turns that begin in the span, a slice at a time and in no order. They are answered as far behind it as nothing lacks that should be
 * kept.
 *
 * @throws BudgetSpentError when the request's time is over before all was read
 * @throws RequestError `QUERY_TOO_COMPLEX` when there are too many
 */
export async function* readTurns(
  kept: KeptMoves,
  span: TimeSpan,
  requestBudget: Pick<RequestBudget, 'isOver' | 'yieldToEventLoop'>,
  most = MOST,
): AsyncGenerator<Turn[]> {
  const turns = new Turns();
  let count = 0;
  const nextSlice = async (): Promise<void> => {
    if (requestBudget.isOver) throw new BudgetSpentError();
    await requestBudget.yieldToEventLoop();
  };
  const counted = (some: Turn[]): Turn[] => {
    count += some.length;
    if (count > most.turns || turns.conversations > most.conversations) throw tooMany(most);
    return some;
  };
  for (let after: MovePosition | null = null; ;) {
    await nextSlice();
    const moves = await kept.moves(span, after, SLICE_SIZE);
    const unknown = turns.unknownIn(moves);
    const before = { side: 'BEFORE', moment: span.since, directions: ['INBOUND', 'OUTBOUND'] } as const;
    turns.learn(unknown, await kept.nearestMoves({ ...before, conversations: unknown }));
    yield counted(moves.flatMap((move) => turns.add(move) ?? []));
    after = moves.at(-1)?.position ?? null;
    if (moves.length < SLICE_SIZE) break;
  }
  const ends = await kept.completeness.completeUntil(span.until);
  for (const conversations of turns.waiting(SLICE_SIZE)) {
    await nextSlice();
    const behind = { side: 'SINCE', moment: span.until, directions: ['OUTBOUND'] } as const;
    const answers = await kept.nearestMoves({ ...behind, conversations });
    // Behind what lacks, the first that is kept need not be the first.
    const certain = answers.filter(
      ({ conversation, sentAt }) => sentAt < (ends.get(kept.channelOf(conversation.source)) ?? Infinity),
    );
    yield counted(turns.end(conversations, certain));
  }
}

function tooMany({ conversations, turns }: MostTurns): RequestError {
  return new RequestError(
    'QUERY_TOO_COMPLEX',
    `This time range has more than ${turns} turns, or turns of more than ${conversations} conversations. Narrow it with "since" and "until", or to one "channel".`,
  );
}
