import { directions } from './codes.ts';
import type { CountedMessage } from './facts.ts';
import type { StoredPlace } from './stored-place.ts';

/** A quarter of an hour. */
export const QUARTER_MS = 900_000;

/** How many messages, and from when to when. In Unix ms. */
export interface Counted {
  messages: number;
  firstAt: number;
  lastAt: number;
}

export interface ConversationFigures {
  /** As of the newest message. */
  kind: number;
  messages: number;
  firstAt: number;
  last: StoredPlace;
  /** The newest inbound message. */
  inbound: StoredPlace | null;
  /** The newest outbound message. */
  outbound: StoredPlace | null;
}

export interface Member extends Counted {
  conversation: number;
  participant: number;
}

export interface Presence extends Counted {
  participant: number;
  /** Of the newest message. */
  lastSequence: string;
}

/** In what messages of an aggregate are alike, in the order of its rows. */
export const AGGREGATE_KEY = ['quarter', 'conversation', 'customer', 'agent', 'direction', 'kind'] as const;

type AggregateKey = Record<(typeof AGGREGATE_KEY)[number], number>;

/** Messages of a quarter of an hour that are alike. */
export interface Aggregate extends Counted, AggregateKey {}

export type ConversationMessage = StoredPlace & Pick<CountedMessage, 'conversationKind' | 'direction'>;

const INBOUND = directions.encode('INBOUND');
const OUTBOUND = directions.encode('OUTBOUND');

export function toQuarter(sentAt: number): number {
  return Math.floor(sentAt / QUARTER_MS);
}

/** By time, and in one moment by sequence; null: before all. */
export function comparePlaces(one: StoredPlace | null, other: StoredPlace | null): number {
  if (one === null || other === null) return Number(one !== null) - Number(other !== null);
  if (one.sentAt !== other.sentAt) return one.sentAt - other.sentAt;
  return one.sequence < other.sequence ? -1 : Number(one.sequence > other.sequence);
}

/** Of a conversation that has these messages beside those that its figures are of. @param figures null: it has none yet */
export function foldConversation(
  figures: ConversationFigures | null,
  messages: readonly ConversationMessage[],
): ConversationFigures | null {
  return messages.reduce<ConversationFigures | null>((sum, message) => {
    const { sentAt, sequence, conversationKind, direction } = message;
    const place = { sentAt, sequence };
    // One in the same place is the same message, as it is now.
    const isNewest = comparePlaces(place, sum?.last ?? null) >= 0;
    return {
      kind: isNewest || sum === null ? conversationKind : sum.kind,
      messages: (sum?.messages ?? 0) + 1,
      firstAt: Math.min(sum?.firstAt ?? sentAt, sentAt),
      last: isNewest || sum === null ? place : sum.last,
      inbound: direction === INBOUND ? newest(sum?.inbound ?? null, place) : (sum?.inbound ?? null),
      outbound: direction === OUTBOUND ? newest(sum?.outbound ?? null, place) : (sum?.outbound ?? null),
    };
  }, figures);
}

/** Whether the newest message that is inbound or outbound is inbound. */
export function isAwaitingReply({ inbound, outbound }: ConversationFigures): boolean {
  return comparePlaces(inbound, outbound) > 0;
}

export function foldMembers(messages: readonly CountedMessage[]): Member[] {
  const members = new Map<string, Member>();
  for (const { conversation, people, sentAt } of messages)
    for (const participant of people)
      add(members, `${conversation} ${participant}`, sentAt, { conversation, participant });
  return sorted(members, ({ conversation, participant }) => [conversation, participant]);
}

export function foldPresences(messages: readonly CountedMessage[]): Presence[] {
  const presences = new Map<string, Presence>();
  for (const { people, sentAt, sequence } of messages)
    for (const participant of people) {
      const presence = add(presences, `${participant}`, sentAt, { participant, lastSequence: sequence });
      if (sentAt === presence.lastAt && sequence > presence.lastSequence) presence.lastSequence = sequence;
    }
  return sorted(presences, ({ participant }) => [participant]);
}

export function foldAggregates(messages: readonly CountedMessage[]): Aggregate[] {
  const aggregates = new Map<string, Aggregate>();
  for (const { sentAt, conversation, customer, agent, direction, kind } of messages) {
    const key = { quarter: toQuarter(sentAt), conversation, customer, agent, direction, kind };
    add(aggregates, toValues(key).join(' '), sentAt, key);
  }
  return sorted(aggregates, toValues);
}

function toValues(key: AggregateKey): number[] {
  return AGGREGATE_KEY.map((column) => key[column]);
}

/** @param rest what it has of the newest message, too */
function add<Rest extends object>(
  all: Map<string, Rest & Counted>,
  key: string,
  sentAt: number,
  rest: Rest,
): Rest & Counted {
  const known = all.get(key);
  if (!known) {
    const first = { ...rest, messages: 1, firstAt: sentAt, lastAt: sentAt };
    all.set(key, first);
    return first;
  }
  known.messages++;
  known.firstAt = Math.min(known.firstAt, sentAt);
  if (sentAt > known.lastAt) Object.assign(known, rest, { lastAt: sentAt });
  return known;
}

/** Rows are written in the order of their keys, so that no two units wait for each other. */
function sorted<T>(all: ReadonlyMap<string, T>, toKey: (row: T) => readonly number[]): T[] {
  return [...all.values()]
    .map((row) => ({ row, key: toKey(row) }))
    .sort((a, b) => compareKeys(a.key, b.key))
    .map(({ row }) => row);
}

function compareKeys(one: readonly number[], other: readonly number[]): number {
  const at = one.findIndex((value, index) => value !== other[index]);
  return at < 0 ? 0 : (one[at] ?? 0) - (other[at] ?? 0);
}

function newest(one: StoredPlace | null, other: StoredPlace): StoredPlace {
  return one !== null && comparePlaces(one, other) > 0 ? one : other;
}
