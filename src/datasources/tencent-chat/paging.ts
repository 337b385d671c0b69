import { isObject } from '../kit/json-value.ts';
import { isCount, PositionError, toFields } from '../kit/position.ts';
import type { Order, SourcePosition, Walk } from '../message-source.ts';
import type { MessageRecord } from '../../domain/records.ts';
import { parseRecordKey } from './record-key.ts';
import { parseMessageKey, type WireMessage, type WirePage } from './wire.ts';

/**
 * The provider pages one way: a call lists the newest messages older than a given one, or the newest of all. A native
 * page is therefore named by the message that it begins before, its anchor.
 */

/** A message that a native page begins before. It has been listed: a `MsgKey` is never made up. */
export interface Anchor {
  messageKey: string;
  messageSequence: number;
  /** Unix ms. */
  sentAt: number;
}

/** A stretch of the stream: the messages from one `MsgSeq`, inclusive, to another, exclusive. */
export interface Span {
  from: number;
  until: number;
}

/** A position's native page, as kept in cursors. */
export interface NativePlace {
  /** Null: the newest page. */
  before: Anchor | null;
  /**
   * Unix ms, at the start of a walk: the gap lies between the messages sent before this moment and the others,
   * wherever in the history that is. `before` tells how far the walk has searched.
   */
  moment?: number | undefined;
  /**
   * What is read in one batch, ordered by time. The message that the position has passed is one of it, and all of the
   * stream on either side of it lies on that side of the gap. An empty one is the gap itself.
   * Left out in cursors of older versions, whose gap is the message that they have passed.
   */
  span?: Span | undefined;
}

/** A message with a time, be it a neighbour's. */
export type PlacedMessage = WireMessage & { sentAt: number };

/** What orders a message in its account. */
export interface Placed {
  messageSequence: number;
  /** Unix ms. */
  sentAt: number;
}

/** `IsFinished`: everything that was asked for is listed. */
const IS_COMPLETE = 1;
/** `IsFinished`: everything before the page has expired. */
const IS_EXPIRED_BEFORE = 2;
/** The smallest `MsgSeq` that the provider assigns: nothing is older. */
const FIRST_MESSAGE_SEQUENCE = 1;

/** @throws PositionError when the page is not one that this module made */
export function parsePlace(position: Pick<SourcePosition, 'page'>): NativePlace {
  const { before, moment, span } = toFields(position, ['before', 'moment', 'span']) ?? {};
  if (
    !isAnchor(before) ||
    !(moment === undefined || isCount(moment)) ||
    !(span === undefined || isSpan(span))
  )
    throw new PositionError('Not a native page of an official account');
  return { before, moment, span };
}

function isAnchor(value: unknown): value is Anchor | null {
  if (!isObject(value)) return value === null;
  const { messageKey, messageSequence, sentAt } = value;
  return typeof messageKey === 'string' && messageKey !== '' && isCount(messageSequence) && isCount(sentAt);
}

function isSpan(value: unknown): value is Span {
  return isObject(value) && isCount(value['from']) && isCount(value['until']);
}

/** As a position's page; the fields are spelled out because a position holds plain JSON only. */
export function toPage({ before, moment, span }: NativePlace): SourcePosition['page'] {
  return {
    before: before && { ...before },
    ...(moment === undefined ? {} : { moment }),
    ...(span ? { span: { ...span } } : {}),
  };
}

/** Orders the messages of one official account as strings, by time and then by number; the account makes it unique in the channel. */
export function toSequence(officialAccount: string, message: Placed): string {
  const seconds = String(Math.floor(message.sentAt / 1000)).padStart(12, '0');
  return `${officialAccount}/${seconds}/${String(message.messageSequence).padStart(10, '0')}`;
}

/**
 * A walk begins at its first wanted moment, and looks for it from the newest page on, since the provider has no filter by
 * time.
 *
 * @param before a message that is known to be newer than all that the walk wants, from which to look for it instead
 */
export function toStart({ order, oldest, newest }: Walk, before: Anchor | null = null): SourcePosition {
  const moment = order === 'DESC' ? newest + 1 : oldest;
  const page = toPage({ before, moment: Math.min(Math.max(moment, 0), Number.MAX_SAFE_INTEGER) });
  return {
    order,
    page,
    passed: null,
    isPassedExcluded: false,
    watermark: order === 'DESC' ? newest : oldest,
  };
}

/** The gap below the message of this number. @param watermark as in `SourcePosition` */
export function toPositionBelow(
  number: number,
  before: Anchor | null,
  order: Order,
  watermark: number | null,
): SourcePosition {
  const page = toPage({ before, span: { from: number, until: number } });
  return { order, page, passed: null, isPassedExcluded: false, watermark };
}

/** The same gap, to be looked for in another native page. */
export function toMoved(position: SourcePosition, before: Anchor | null): SourcePosition {
  return { ...position, page: toPage({ ...parsePlace(position), before }) };
}

/**
 * The messages that a page adds, oldest first and each once, whatever order they came in.
 *
 * The provider says "earlier than" its key; if it lists the key's own message too, that one is dropped. A hole
 * without a time gets that of the next older message, or else of the next newer one, or else of what the page lies
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

/** Where the next older page begins, or why there is none. */
export type Onward = { next: Anchor; end: null } | { next: null; end: 'BEGINNING' | 'EXPIRED' };

const BEGINNING: Onward = { next: null, end: 'BEGINNING' };

/**
 * Where the next older page begins.
 *
 * A `LastMsgKey` that is missing or does not fit ends nothing: the page's own oldest message with a key is more
 * reliable, and agrees in every sample. What is older than the returned anchor is listed again by the next page.
 *
 * @param ordered what `toOrdered` made of the same page
 * @param asked how many messages were requested
 */
export function toOnward(
  page: WirePage,
  ordered: readonly PlacedMessage[],
  before: Anchor | null,
  asked: number,
): Onward {
  if (page.isFinished === IS_EXPIRED_BEFORE) return { next: null, end: 'EXPIRED' };
  const [oldest] = ordered;
  if (oldest && oldest.messageSequence <= FIRST_MESSAGE_SEQUENCE) return BEGINNING;
  if (isShortEnd(page, ordered, before, asked)) return BEGINNING;
  const [anchor] = ordered.flatMap((message) => toAnchor(message) ?? []);
  if (anchor) return { next: anchor, end: null };
  const isEmpty = ordered.length === 0 && page.unplacedCount === 0;
  if (isEmpty || page.lastMessageKey === null) return BEGINNING;
  // Nothing on the page can be named, but its key leads past it.
  const last = parseMessageKey(page.lastMessageKey);
  return last && isBefore(last, before)
    ? { next: { messageKey: page.lastMessageKey, ...last }, end: null }
    : BEGINNING;
}

/**
 * Whether a page is complete and yet shorter than requested, which is the end of the history. That is how a client of
 * the same call for groups reads it; the documentation says no more than that `IsFinished` 1 is complete.
 *
 * It holds only if recalled messages and holes are listed, as requested: a page that omits some may be short for that
 * reason. So a page whose numbers have a gap proves nothing, nor does a `LastMsgKey` that leads beyond it.
 */
function isShortEnd(
  { isFinished, messages, unplacedCount, lastMessageKey }: WirePage,
  ordered: readonly PlacedMessage[],
  before: Anchor | null,
  asked: number,
): boolean {
  if (isFinished !== IS_COMPLETE || messages.length + unplacedCount >= asked) return false;
  const [oldest] = ordered;
  const newest = ordered.at(-1);
  if (!oldest || !newest || unplacedCount > 0) return false;
  const end = before?.messageSequence ?? newest.messageSequence + 1;
  const last = lastMessageKey === null ? null : parseMessageKey(lastMessageKey);
  const leadsOn = last !== null && last.messageSequence < oldest.messageSequence;
  return end - oldest.messageSequence === ordered.length && !leadsOn;
}

/**
 * Whether a page lists only messages that were passed before: the provider ignored where it should continue. Only the
 * anchor's own message may be listed at the end, if the provider takes "earlier than" loosely.
 *
 * @param ordered what `toOrdered` made of the same page
 */
export function isPassedAgain(
  { messages }: WirePage,
  ordered: readonly PlacedMessage[],
  before: Anchor | null,
): boolean {
  if (before === null || ordered.length > 0) return false;
  return messages.some((message) => message.messageSequence > before.messageSequence);
}

/** @returns null when the message has no key: none can be named by another */
export function toAnchor({ messageKey, messageSequence, sentAt }: PlacedMessage): Anchor | null {
  return messageKey === null ? null : { messageKey, messageSequence, sentAt };
}

/** @returns null when the record does not have what names a message */
export function toAnchorOf({ nativeId, key, sentAt }: MessageRecord): Anchor | null {
  const reference = parseRecordKey(key);
  return nativeId === null || reference === null
    ? null
    : { messageKey: nativeId, messageSequence: reference.messageSequence, sentAt };
}

function isBefore(message: { messageSequence: number }, before: Anchor | null): boolean {
  return before === null || message.messageSequence < before.messageSequence;
}
