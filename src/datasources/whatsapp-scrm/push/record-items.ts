import type { z } from 'zod';
import type { JsonValue } from '../../../domain/records.ts';
import type { LedgerEntry, LedgerResult } from '../../../store/store.ts';
import type { PushSubject, Updates } from '../../push-receiver.ts';
import { isNewStatus, keyOf, toLedgerMessage, toMessageEntry, toStatusEntry } from '../delivery-ledger.ts';
import { toPartiesOf } from '../conversation.ts';
import { toStatus } from '../delivery-status.ts';
import { peopleInMessageId, toWhatsAppId } from '../whatsapp-id.ts';
import { toDetailsEntry } from '../ledger-details.ts';
import { toKeyPrefix } from '../message-key.ts';
import type { PushedMessage } from './pushed-message.ts';
import { pushItem } from './to-items.ts';
import { toPushedRecord, toTraits } from './to-message.ts';

/** Most statuses come within this time. After an erasure, one that names the person is taken for one of a message before it for so long. */
const READ_WITHIN_MS = 30 * 86_400_000;

type Item = z.output<typeof pushItem>;

/**
 * The first of the payloads, up to the first that is processed alone. Without its group a message has no permanent id
 * yet: the history has, and publishes it.
 */
export function takeTogether(payloads: readonly JsonValue[]): Item[] {
  const items: Item[] = [];
  for (const payload of payloads) {
    const { data } = pushItem.safeParse(payload);
    if (!data || needsHistory(data)) break;
    items.push(data);
  }
  return items;
}

export function toEntry(item: Item): LedgerEntry {
  const { receivedAt } = item;
  if (item.type === 'STATUS') return toStatusEntry(item.messageId, item.status, receivedAt);
  const { message, contact } = item;
  const { originType, campaignTaskId, campaignTaskDetailId, webhookType, speaker } = message;
  return {
    ...toMessageEntry(message, toKeyPrefix(toTraits(message)), receivedAt),
    toDetails: toDetailsEntry({ originType, campaignTaskId, campaignTaskDetailId, webhookType, speaker }),
    ...(contact ? { profile: { customer: contact.customer, profile: JSON.stringify(contact.profile) } } : {}),
  };
}

/** @param result of its entry */
export function toUpdates(channel: string, item: Item, result: LedgerResult): Updates {
  const updates: Updates = { messages: [], statuses: [], hasMoreInHistory: needsHistory(item) };
  if (item.type === 'MESSAGE') {
    const { message, receivedAt } = item;
    const { key, isNew } = toLedgerMessage(message, receivedAt, result);
    const status = toStatus(result.rank);
    if (isOfSpeaker(message)) updates.toldOf = [Math.floor(message.sentAt / 1_000)];
    if (message.isCounterpartKnown && isNew)
      updates.messages.push(toPushedRecord(channel, message, key, status));
  } else {
    const { messageId, status, receivedAt: changedAt } = item;
    const { agentUserId, campaignTaskId, campaignTaskDetailId } = item;
    const ownFields = { agentUserId, campaignTaskId, campaignTaskDetailId };
    if (isNewStatus(changedAt, result))
      updates.statuses.push({ messageId, status, changedAt, messageKey: keyOf(result), ownFields });
  }
  return updates;
}

/** The customer, or the member of a group who wrote, and whose profile comes with it. */
export function subjectOf(payload: JsonValue): PushSubject | null {
  const { data } = pushItem.safeParse(payload);
  if (!data) return null;
  if (data.type === 'STATUS') {
    const people = toCustomers(peopleInMessageId(data.messageId));
    return { people, peopleAt: data.receivedAt - READ_WITHIN_MS, id: data.messageId, sentAt: 0 };
  }
  const { message, contact } = data;
  const { isGroup, counterpart } = toPartiesOf(message.chatType, message.account, message.counterpart);
  const ids = [
    isGroup ? null : counterpart,
    message.speaker && toWhatsAppId(message.speaker.address).value,
    contact && contact.customer,
  ].filter((id) => id !== null);
  const { messageId: id, sentAt } = message;
  return { people: toCustomers(ids), peopleAt: sentAt, id, sentAt };
}

function toCustomers(ids: readonly string[]): PushSubject['people'] {
  return [...new Set(ids)].map((nativeId) => ({ role: 'CUSTOMER', nativeId }));
}

/** What the history does not tell. */
function isOfSpeaker({ chatType, account, counterpart, speaker }: PushedMessage): boolean {
  return speaker !== null && toPartiesOf(chatType, account, counterpart).isGroup;
}

function needsHistory(item: Item): boolean {
  return item.type === 'MESSAGE' && !item.message.isCounterpartKnown;
}
