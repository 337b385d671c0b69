import type { Ends, WantedEnds } from './ends.ts';
import { comparePlaces, type Counted } from './fold.ts';

/** What is counted of a participant in a conversation or in a source. */
export interface Sum extends Counted {
  /** The conversation's or the source's. */
  id: number;
  participant: number;
  /** Of the last message; empty where only its time is known. */
  lastSequence: string;
}

/** What is left of a sum. Its ends are as before, also where they are to be looked up. */
export interface LeftSum extends Sum {
  isFirstLost: boolean;
  isLastLost: boolean;
}

export interface Subtracted {
  left: LeftSum[];
  /** Of which nothing is left. */
  absent: Sum[];
}

/**
 * @param known all that have one of the keys of `lost`
 * @param lost what is subtracted from them
 * @param added what is going to be added: where it reaches as far as what was lost, the end that was lost is as good as any other
 */
export function subtractSums(known: readonly Sum[], lost: readonly Sum[], added: readonly Sum[]): Subtracted {
  const lostOf = new Map(lost.map((sum) => [toKey(sum), sum]));
  const addedOf = new Map(added.map((sum) => [toKey(sum), sum]));
  const result: Subtracted = { left: [], absent: [] };
  for (const sum of known) {
    const own = lostOf.get(toKey(sum));
    if (!own) continue;
    const more = addedOf.get(toKey(sum));
    const messages = sum.messages - own.messages;
    if (messages <= 0) result.absent.push(sum);
    else
      result.left.push({
        ...sum,
        messages,
        isFirstLost: own.firstAt <= sum.firstAt && !(more && more.firstAt <= sum.firstAt),
        isLastLost: compareLast(own, sum) >= 0 && !(more && compareLast(more, sum) >= 0),
      });
  }
  return result;
}

export function toWanted({ id, participant, firstAt, lastAt, isFirstLost, isLastLost }: LeftSum): WantedEnds {
  return {
    id,
    participant,
    firstFrom: isFirstLost ? firstAt : null,
    lastUntil: isLastLost ? lastAt : null,
  };
}

/** @param ends as `findEnds` found them */
export function withEnds(sum: LeftSum, ends: ReadonlyMap<string, Ends>): Sum {
  const { firstAt, last } = ends.get(toKey(sum)) ?? { firstAt: null, last: null };
  return {
    ...sum,
    firstAt: firstAt ?? sum.firstAt,
    ...(last && { lastAt: last.sentAt, lastSequence: last.sequence }),
  };
}

export function toKey({ id, participant }: Pick<Sum, 'id' | 'participant'>): string {
  return `${id} ${participant}`;
}

function compareLast(one: Sum, other: Sum): number {
  return comparePlaces(
    { sentAt: one.lastAt, sequence: one.lastSequence },
    { sentAt: other.lastAt, sequence: other.lastSequence },
  );
}
