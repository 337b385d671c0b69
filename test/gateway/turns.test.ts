import { expect, test } from 'vitest';
import { Turns, type Turn } from '../../src/gateway/turns.ts';
import { Random } from '../../src/sandbox/random.ts';
import type { Move } from '../../src/store/store.ts';

/** With the key of its conversation. */
type NamedTurn = Omit<Turn, 'conversation'> & { key: string };
type Who = 'AGENT' | 'BOT';
const SOURCES = ['shop', 'corp'] as const;

/**
 * Conversations of customers, groups among them, over three days: nights in which only bots answer, shifts that answer in the
 * morning, notes of agents, and many messages in one moment.
 */
function randomMoves(random: Random, conversations: number): Move[] {
  const moves: Move[] = [];
  for (let number = 0; number < conversations; number++) {
    const conversation = { source: random.pick(SOURCES), key: `c ${number}` };
    const isGroup = random.chance(0.2);
    let sentAt = random.between(0, 100);
    for (let left = random.between(0, 12); left > 0; left--) {
      const isNight = sentAt % 24 > 18;
      const role: Who = isNight || random.chance(0.2) ? 'BOT' : 'AGENT';
      const agent = { role, nativeId: isGroup ? random.pick(['lin', 'wu', 'zhao']) : 'lin' } as const;
      const direction = random.pick([
        'INBOUND',
        'INBOUND',
        'OUTBOUND',
        'OUTBOUND',
        'INTERNAL',
        'SYSTEM',
      ] as const);
      const isOfAgent = direction !== 'INBOUND' && random.chance(0.9);
      moves.push({ conversation, direction, sentAt, agent: isOfAgent ? agent : null });
      if (random.chance(0.6)) sentAt += random.between(1, 20);
    }
  }
  // In the order of a store: by time, then by source, and in a conversation as it went.
  return moves
    .map((move, index) => ({ move, index }))
    .sort(
      (a, b) =>
        a.move.sentAt - b.move.sentAt ||
        a.move.conversation.source.localeCompare(b.move.conversation.source) ||
        a.index - b.index,
    )
    .map(({ move }) => move);
}

const isOf = (move: Move, key: string): boolean => move.conversation.key === key;
const isCounted = ({ direction }: Move): boolean => direction === 'INBOUND' || direction === 'OUTBOUND';

/** By the definition: every inbound message after an outbound one, or after none, begins a turn; the next outbound one answers it. */
function turnsByDefinition(moves: readonly Move[], since: number, until: number): NamedTurn[] {
  const keys = [...new Set(moves.map(({ conversation }) => conversation.key))];
  return keys.flatMap((key) => {
    const own = moves.filter((move) => isOf(move, key) && isCounted(move));
    return own.flatMap((move, index): NamedTurn[] => {
      const isFirst = move.direction === 'INBOUND' && own[index - 1]?.direction !== 'INBOUND';
      if (!isFirst || move.sentAt < since || move.sentAt >= until) return [];
      const answer = own.slice(index).find(({ direction }) => direction === 'OUTBOUND');
      const { conversation, sentAt: beganAt } = move;
      return [{ ...conversation, beganAt, answeredAt: answer?.sentAt ?? null, agent: answer?.agent ?? null }];
    });
  });
}

/** As a reader of archives does, slice by slice. */
function foldTurns(all: readonly Move[], since: number, until: number, sliceSize: number): NamedTurn[] {
  const turns = new Turns();
  const learned: string[] = [];
  const found: Turn[] = [];
  const within = all.filter(({ sentAt }) => sentAt >= since && sentAt < until);
  for (let from = 0; from < within.length; from += sliceSize) {
    const slice = within.slice(from, from + sliceSize);
    const unknown = turns.unknownIn(slice);
    learned.push(...unknown.map(({ key }) => key));
    turns.learn(
      unknown,
      unknown.flatMap(
        ({ key }) => all.findLast((move) => isOf(move, key) && isCounted(move) && move.sentAt < since) ?? [],
      ),
    );
    for (const move of slice) found.push(...[turns.add(move)].filter((turn) => turn !== null));
  }
  for (const conversations of turns.waiting(sliceSize)) {
    expect(conversations.length).toBeLessThanOrEqual(sliceSize);
    const answers = conversations.flatMap(
      ({ key }) =>
        all.find((move) => isOf(move, key) && move.direction === 'OUTBOUND' && move.sentAt >= until) ?? [],
    );
    found.push(...turns.end(conversations, answers));
  }
  expect(turns.conversations).toBe(learned.length);
  // They are numbered as they were learned.
  return found.map(({ conversation, ...turn }) => ({ ...turn, key: learned[conversation] ?? '' }));
}

function sorted(turns: readonly NamedTurn[]): NamedTurn[] {
  const placeOf = ({ key, beganAt }: NamedTurn): string => `${key} ${String(beganAt).padStart(6, '0')}`;
  return turns.toSorted((a, b) => {
    const order = placeOf(a).localeCompare(placeOf(b));
    return order === 0 ? (a.answeredAt ?? Infinity) - (b.answeredAt ?? Infinity) : order;
  });
}

test('turns are those of the definition, in 10,000 conversations', () => {
  const counts = { turns: 0, unanswered: 0, late: 0, bots: 0, fromBefore: 0 };
  for (let seed = 1; seed <= 500; seed++) {
    const random = new Random(seed);
    const moves = randomMoves(random, 20);
    const since = random.between(0, 60);
    const until = since + random.between(0, 80);
    const expected = turnsByDefinition(moves, since, until);
    const found = foldTurns(moves, since, until, random.between(1, 40));
    expect({ seed, turns: sorted(found) }).toEqual({ seed, turns: sorted(expected) });
    counts.turns += expected.length;
    counts.unanswered += expected.filter(({ answeredAt }) => answeredAt === null).length;
    counts.late += expected.filter(({ answeredAt }) => answeredAt !== null && answeredAt >= until).length;
    counts.bots += expected.filter(({ agent }) => agent?.role === 'BOT').length;
    const before = turnsByDefinition(moves, 0, since);
    counts.fromBefore += before.filter(({ answeredAt }) => (answeredAt ?? Infinity) >= since).length;
  }
  // Each sort of turn is among them, often.
  for (const count of Object.values(counts)) expect(count).toBeGreaterThan(300);
});

test('a conversation of which nothing was learned is a mistake of ours', () => {
  const move: Move = {
    conversation: { source: 'shop', key: 'c' },
    direction: 'INBOUND',
    sentAt: 1,
    agent: null,
  };
  expect(() => new Turns().add(move)).toThrow('of which nothing was learned');
  expect(new Turns().add({ ...move, direction: 'SYSTEM' })).toBeNull();
});
