import type { DeliveryStatus, Message, SourceStatus } from '../../src/client/index.ts';

/**
 * Puts what was read into a conversation, oldest first. A message that is there already is replaced by what was read of it now.
 *
 * @param added oldest first
 * @param side where they stand among those that were sent at the same moment
 */
export function addMessages(
  known: readonly Message[],
  added: readonly Message[],
  side: 'before' | 'after',
): Message[] {
  const ids = new Set(added.map(({ id }) => id));
  const kept = known.filter(({ id }) => !ids.has(id));
  // Stable: what was sent at the same moment stays as its page has it.
  return (side === 'before' ? [...added, ...kept] : [...kept, ...added]).sort((one, other) =>
    compareMoments(one.sentAt, other.sentAt),
  );
}

/** Messages of one day, as the reader's calendar has it. */
export interface Day {
  /** RFC 3339: when the first of them was sent. */
  startsAt: string;
  messages: Message[];
}

/** @param messages oldest first @param toDay the same text for all moments of a day */
export function groupByDay(messages: readonly Message[], toDay: (moment: string) => string): Day[] {
  const days: Day[] = [];
  let day = '';
  for (const message of messages) {
    const itsDay = toDay(message.sentAt);
    if (itsDay !== day) days.push({ startsAt: message.sentAt, messages: [] });
    days.at(-1)?.messages.push(message);
    day = itsDay;
  }
  return days;
}

/** Null where the provider has no such thing. */
export function deliveryStatusOf(message: Message): DeliveryStatus | null {
  return 'deliveryStatus' in message ? message.deliveryStatus : null;
}

/** @returns the messages, with a new status of the one with this id, in whichever way it is known */
export function withDeliveryStatus(
  messages: readonly Message[],
  ids: readonly string[],
  deliveryStatus: DeliveryStatus,
): readonly Message[] {
  return messages.map((message) =>
    'deliveryStatus' in message && idsOf(message).some((id) => ids.includes(id))
      ? { ...message, deliveryStatus }
      : message,
  );
}

/** @returns the message that a quote names by its provider's id */
export function findQuoted(messages: readonly Message[], nativeId: string): Message | undefined {
  return messages.find((message) => idsOf(message).includes(nativeId));
}

/** Whether a provider did not answer, or not in full for a reason that can pass. */
export function hasFailed({ errorCode }: Pick<SourceStatus, 'errorCode'>): boolean {
  return errorCode !== null;
}

function idsOf(message: Message): string[] {
  const { id, nativeId } = message;
  const ids = [id, nativeId, 'whatsAppMessageId' in message ? message.whatsAppMessageId : null];
  return ids.filter((one) => one !== null);
}

/** Oldest first. @param one RFC 3339 in UTC with milliseconds, as the other */
export function compareMoments(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}
