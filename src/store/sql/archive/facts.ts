import type { SqlRow } from '../../sql.ts';
import type { StoredPlace } from './stored-place.ts';

/** What a message counts as, in ids of rows and in codes. */
export interface StoredFacts {
  conversation: number;
  conversationKind: number;
  /** Ids of participants, each once. */
  people: readonly number[];
  direction: number;
  kind: number;
  /** `NO_PARTICIPANT`: none. */
  customer: number;
  /** `NO_PARTICIPANT`: none. */
  agent: number;
}

/** A message as far as anything is derived from it. */
export type CountedMessage = StoredPlace & StoredFacts;

export const FACT_COLUMNS = [
  'conversation',
  'conversation_kind',
  'people',
  'direction',
  'kind',
  'customer',
  'agent',
] as const;

export function toFacts(row: SqlRow): StoredFacts {
  return {
    conversation: Number(row['conversation']),
    conversationKind: Number(row['conversation_kind']),
    people: toPeople(row['people']),
    direction: Number(row['direction']),
    kind: Number(row['kind']),
    customer: Number(row['customer']),
    agent: Number(row['agent']),
  };
}

export function toPeople(stored: unknown): number[] {
  return String(stored).split(' ').map(Number);
}

/** As `toPeople` reads it: a text takes a fraction of an array, and both engines have it. */
export function toPeopleText(people: readonly number[]): string {
  return people.join(' ');
}

/** The same people in another order are other facts, which does no harm. */
export function areSameFacts(one: StoredFacts, other: StoredFacts): boolean {
  return (
    one.conversation === other.conversation &&
    one.conversationKind === other.conversationKind &&
    one.direction === other.direction &&
    one.kind === other.kind &&
    one.customer === other.customer &&
    one.agent === other.agent &&
    toPeopleText(one.people) === toPeopleText(other.people)
  );
}
