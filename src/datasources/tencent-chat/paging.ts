import { z } from 'zod';
import { messagesAhead } from '../kit/position.ts';
import type { Order, SourcePosition, Walk } from '../message-source.ts';
import { parseMessageKey, type WireMessage, type WirePage } from './wire.ts';

/**
 * Paging at the provider goes one way: a call lists the newest messages older than a given one, or the newest of all.
 * A native page is therefore named by the message that it begins before, its anchor.
 *
 * `MsgSeq` is the order of the stream. It is taken for granted that `MsgTimeStamp` never falls while `MsgSeq` rises:
 * the server assigns both when it receives a message.
 */

/** A message that a native page begins before. It has been listed: a `MsgKey` is never made up. */
export interface Anchor {
  messageKey: string;
  messageSequence: number;
  /** Unix ms. */
  sentAt: number;
}

/** A position's native page, as kept in cursors. */
export interface NativePlace {
  /** Null: the newest page. */
  before: Anchor | null;
  /**
   * Unix ms, with `passed: null` only: the gap lies between the messages sent before this moment and the others.
   * So a walk starts at a moment, wherever in the history that is, and `before` tells how far it has looked.
   */
  moment?: number | undefined;
}

/** A message with a time, be it a neighbour's. */
export type PlacedMessage = WireMessage & { sentAt: number };

interface Placed {
  sequence: string;
  sentAt: number;
}

const place = z.object({
  before: z
    .object({ messageKey: z.string().min(1), messageSequence: z.int().nonnegative(), sentAt: z.int() })
    .nullable(),
  moment: z.int().optional(),
});

/** The smallest `MsgSeq` that the provider assigns: nothing is older. */
const FIRST_MESSAGE_SEQUENCE = 1;
/** `IsFinished` when everything before the page has expired. */
const IS_EXPIRED_BEFORE = 2;

/** @throws Error when the page is not one that this module made */
export function parsePlace(page: SourcePosition['page']): NativePlace {
  const { data, error } = place.safeParse(page);
  if (!data) throw new Error('Not a native page of an official account', { cause: error });
  return data;
}

/** As a position's page; the fields are spelled out because a position holds plain JSON only. */
export function toPage({ before, moment }: NativePlace): SourcePosition['page'] {
  return { before: before && { ...before }, ...(moment === undefined ? {} : { moment }) };
}

/** Orders the messages of one official account as strings; the account makes it unique in the channel. */
export function toSequence(officialAccount: string, messageSequence: number): string {
  return `${officialAccount}/${String(messageSequence).padStart(10, '0')}`;
}

/** A walk begins at its first wanted moment, with the newest page, since the provider has no filter by time. */
export function toStart({ order, oldest, newest }: Walk): SourcePosition {
  const moment = order === 'DESC' ? newest + 1 : oldest;
  const page = toPage({ before: null, moment: Math.min(Math.max(moment, 0), Number.MAX_SAFE_INTEGER) });
  return { order, page, passed: null, isPassedExcluded: false, horizon: order === 'DESC' ? newest : oldest };
}

/** The position after a message, which was the last one read in `order`. @param horizon as in `SourcePosition` */
export function toPositionAfter(
  message: Placed,
  before: Anchor | null,
  order: Order,
  horizon: number,
): SourcePosition {
  return { order, page: toPage({ before }), passed: message.sequence, isPassedExcluded: false, horizon };
}

/** The same gap, to be looked for in another native page. */
export function toMoved(position: SourcePosition, before: Anchor | null): SourcePosition {
  return { ...position, page: toPage({ ...parsePlace(position.page), before }) };
}

/**
 * Where to go on upwards when nothing in the page before `anchor` lies ahead: with the anchor itself, unless that lies
 * behind the position too.
 */
export function toGapAtLeast(
  anchor: Anchor,
  position: SourcePosition,
  officialAccount: string,
): SourcePosition {
  const sequence = toSequence(officialAccount, anchor.messageSequence);
  const isBehind = position.passed !== null && messagesAhead([{ sequence }], position, 'ASC').length === 0;
  if (isBehind) return position;
  return {
    order: 'DESC',
    page: toPage({ before: anchor }),
    passed: sequence,
    isPassedExcluded: false,
    horizon: null,
  };
}

/** The messages of a page that lie ahead of a position, in the order of reading. @param page oldest first */
export function toAhead<T extends Placed>(page: readonly T[], position: SourcePosition, order: Order): T[] {
  const { moment } = parsePlace(position.page);
  if (moment === undefined) return messagesAhead(page, position, order);
  return order === 'DESC'
    ? page.filter((message) => message.sentAt < moment).reverse()
    : page.filter((message) => message.sentAt >= moment);
}

/**
 * Whether a page reaches down to a position, so that no newer message is missing between the two.
 *
 * @param page oldest first
 */
export function reachesDownTo(page: readonly Placed[], position: SourcePosition): boolean {
  const { moment } = parsePlace(position.page);
  const [oldest] = page;
  if (!oldest) return false;
  // Older messages may share the moment with the page's oldest.
  if (moment !== undefined) return oldest.sentAt < moment;
  return position.passed === null || oldest.sequence <= position.passed;
}

/**
 * The messages that a page adds, oldest first and each once, whatever order they came in.
 *
 * The provider says "earlier than" its key; should it list the key's own message too, that one is dropped. A hole
 * without a time takes that of the next older message, or else of the next newer one, or else of what the page lies
 * between; none is left without one unless no time at all is known.
 */
export function toOrdered({ messages, lastMessageKey }: WirePage, before: Anchor | null): PlacedMessage[] {
  const bySequence = new Map<number, WireMessage>();
  for (const message of messages) {
    const isNew = !bySequence.has(message.messageSequence);
    if (isNew && isBefore(message, before)) bySequence.set(message.messageSequence, message);
  }
  const ordered = [...bySequence.values()].sort((a, b) => a.messageSequence - b.messageSequence);
  let time =
    ordered.find(({ sentAt }) => sentAt !== null)?.sentAt ?? before?.sentAt ?? toTime(lastMessageKey);
  return ordered.flatMap((message) => {
    time = message.sentAt ?? time;
    return time === null ? [] : { ...message, sentAt: time };
  });
}

function toTime(messageKey: string | null): number | null {
  return (messageKey !== null && parseMessageKey(messageKey)?.sentAt) || null;
}

/**
 * Where the next older page begins; null at the end of the history.
 *
 * A short page is not the end, nor is `IsFinished` 1 (the range that was asked for is complete) nor a `LastMsgKey`
 * that is missing or does not fit: only an empty page, the first sequence or `IsFinished` 2 are. The page's own oldest
 * message with a key is trusted more than `LastMsgKey`, which tells the same in every sample. What is older than the
 * returned anchor is listed again by the next page.
 *
 * @param ordered what `toOrdered` made of the same page
 */
export function toNextAnchor(
  page: WirePage,
  ordered: readonly PlacedMessage[],
  before: Anchor | null,
): Anchor | null {
  if (page.isFinished === IS_EXPIRED_BEFORE) return null;
  const [oldest] = ordered;
  if (oldest && oldest.messageSequence <= FIRST_MESSAGE_SEQUENCE) return null;
  const [anchor] = ordered.flatMap((message) => toAnchor(message) ?? []);
  if (anchor) return anchor;
  const isEmpty = ordered.length === 0 && page.unplacedCount === 0;
  if (isEmpty || page.lastMessageKey === null) return null;
  // Nothing on the page can be named, but its key leads past it.
  const last = parseMessageKey(page.lastMessageKey);
  return last && isBefore(last, before) ? { messageKey: page.lastMessageKey, ...last } : null;
}

/**
 * Whether a page lists none but messages that were passed before: the provider pays no heed to where it was asked to go
 * on. The anchor's own message alone is what a provider may list at the end, should it take "earlier than" loosely.
 *
 * @param ordered what `toOrdered` made of the same page
 */
export function isPassedAgain(
  { messages }: WirePage,
  ordered: readonly PlacedMessage[],
  before: Anchor | null,
): boolean {
  if (before === null || ordered.length > 0) return false;
  return messages.some(({ messageSequence }) => messageSequence > before.messageSequence);
}

/** @returns null when the message has no key: none can be named by another */
export function toAnchor({ messageKey, messageSequence, sentAt }: PlacedMessage): Anchor | null {
  return messageKey === null ? null : { messageKey, messageSequence, sentAt };
}

function isBefore({ messageSequence }: { messageSequence: number }, before: Anchor | null): boolean {
  return before === null || messageSequence < before.messageSequence;
}
