import type { LedgerEntry, LedgerResult } from '../../store/store.ts';
import { toRank, type PushedStatus } from './delivery-status.ts';
import { toKeyOfPrefix } from './message-key.ts';
import type { PushedMessage } from './push/pushed-message.ts';

export interface LedgerMessage {
  key: string;
  /** False when it was recorded before, be it by the other event under its own id: then that id has the same key. */
  isNew: boolean;
}

/** Instead of the event, if it does not identify the group: then the key is not the history's. */
const UNNAMED = 'UNNAMED';

/*
 * In the ledger of a channel every row is written once, with the time of its delivery, and then stays. So an item that is
 * processed again after a crash gives the same result, and a repeated delivery, even long after, adds nothing.
 */

/** @param recordedAt Unix ms: when the delivery came */
export function toMessageEntry(message: PushedMessage, prefix: string, recordedAt: number): LedgerEntry {
  return { messageId: message.messageId, recordedAt, message: { event: toEvent(message), prefix } };
}

/** The message may come later. @param recordedAt Unix ms: when the delivery came */
export function toStatusEntry(messageId: string, status: PushedStatus, recordedAt: number): LedgerEntry {
  return { messageId, recordedAt, rank: toRank(status) };
}

/** What became of `toMessageEntry`. */
export function toLedgerMessage(
  pushed: PushedMessage,
  recordedAt: number,
  { message }: LedgerResult,
): LedgerMessage {
  if (!message) throw new Error('The ledger does not return a message that it has recorded');
  return {
    key: toKeyOfPrefix(message.prefix, message.ordinal),
    isNew: message.isFirstOfKey && message.event === toEvent(pushed) && message.recordedAt === recordedAt,
  };
}

/** Whether the status of `toStatusEntry` was recorded neither before, nor after a later one. */
export function isNewStatus(recordedAt: number, { status }: LedgerResult): boolean {
  return status !== null && status.isForward && status.recordedAt === recordedAt;
}

/** @returns null as long as the message has not come, or its key is not known */
export function keyOf({ message }: LedgerResult): string | null {
  return message === null || message.event === UNNAMED
    ? null
    : toKeyOfPrefix(message.prefix, message.ordinal);
}

function toEvent({ event, isCounterpartKnown }: PushedMessage): string {
  return isCounterpartKnown ? event : UNNAMED;
}
