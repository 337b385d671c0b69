import { z } from 'zod';
import { jsonValue } from '../../kit/json-value.ts';
import { toInstant } from '../../../util/time-zone.ts';
import type { JsonValue } from '../../../domain/records.ts';
import { toJsonObject } from '../content.ts';
import { toWhatsAppId } from '../whatsapp-id.ts';
import type { WireClientChat, WireClientMessage, WireMsgSyncItem } from './wire.ts';

const optional = z.string().nullable();

/** A message of either event, in one form. Stored in the inbox, so it is checked when it comes back. */
export const pushedMessage = z.object({
  event: z.enum(['MSG_SYNC', 'CLIENT_SYNC']),
  messageId: z.string(),
  /** Unix ms; MSG_SYNC gives whole seconds. */
  sentAt: z.int(),
  actionType: z.int().nullable(),
  chatType: z.int().nullable(),
  /** The service account, as it came. */
  account: z.string(),
  /** The customer or the group, as it came. */
  counterpart: z.string(),
  /** Else `counterpart` is the name of a group that the event does not identify. */
  isCounterpartKnown: z.boolean().default(true),
  counterpartName: optional,
  /** The member of a group who wrote, if the event says. */
  speaker: z.object({ address: z.string(), name: optional }).nullable(),
  agentAccount: optional,
  agentUserId: optional,
  /** `contentType`, in the numbering of the history. */
  historyType: z.int().nullable(),
  /** `newContentType`, or `type`. */
  webhookType: z.int().nullable(),
  content: jsonValue,
  originType: z.int().nullable().default(null),
  campaignTaskId: optional.default(null),
  campaignTaskDetailId: optional.default(null),
});
export type PushedMessage = z.output<typeof pushedMessage>;

/** Clocks differ: the sender's may be this far ahead of the gateway's. */
const MAX_FUTURE_MS = 5 * 60_000;

/**
 * @param timeZone of `sendTime`, such as `+08:00` or `Asia/Shanghai`
 * @param receivedAt Unix ms
 * @returns null when its time is none
 */
export function toPushedMsgSync(
  item: WireMsgSyncItem,
  timeZone: string,
  receivedAt: number,
): PushedMessage | null {
  const sentAt = toInstant(item.sendTime, timeZone, receivedAt + MAX_FUTURE_MS);
  if (sentAt === null || sentAt < 0) return null;
  const isGroup = item.chatType === 2;
  const known = isGroup ? toGroup(item) : toOther(item);
  const counterpart = known ?? (isGroup ? (item.friendWhatsId ?? '') : null);
  if (counterpart === null) return null;
  return {
    event: 'MSG_SYNC',
    messageId: item.messageId,
    sentAt,
    actionType: item.actionType,
    chatType: item.chatType,
    account: item.currentWhatsId,
    counterpart,
    isCounterpartKnown: known !== null,
    counterpartName: isGroup ? toGroupName(item) : (item.userProfile?.name ?? null),
    speaker: isGroup && item.whatsId !== null ? { address: item.whatsId, name: item.memberName } : null,
    agentAccount: item.userName,
    agentUserId: null,
    historyType: item.contentType,
    webhookType: item.newContentType,
    content: item.content,
    originType: item.originType,
    campaignTaskId: item.taskId,
    campaignTaskDetailId: item.taskInfoId,
  };
}

export function toPushedClientMessage(chat: WireClientChat, message: WireClientMessage): PushedMessage {
  return {
    event: 'CLIENT_SYNC',
    messageId: message.messageId,
    sentAt: message.time,
    actionType: chat.actionType,
    chatType: chat.chatType,
    account: chat.whatsApp,
    counterpart: chat.friendWhatsApp,
    isCounterpartKnown: chat.chatType !== 2 || toWhatsAppId(chat.friendWhatsApp).kind !== 'OPAQUE',
    counterpartName: null,
    speaker: null,
    agentAccount: null,
    agentUserId: chat.userId,
    historyType: null,
    webhookType: message.type,
    content: toHistoryForm(message),
    originType: null,
    campaignTaskId: chat.taskId,
    campaignTaskDetailId: chat.taskInfoId,
  };
}

/** `whatsId` is the sender, and `friendWhatsId` the friend: the customer is the one that is not the account. */
function toOther({ actionType, whatsId, friendWhatsId, currentWhatsId }: WireMsgSyncItem): string | null {
  const account = toWhatsAppId(currentWhatsId).value;
  const candidates = actionType === 2 ? [whatsId, friendWhatsId] : [friendWhatsId, whatsId];
  const given = candidates.filter((address) => address !== null);
  // People may write to themselves.
  return given.find((address) => toWhatsAppId(address).value !== account) ?? given[0] ?? null;
}

/** In a group `friendWhatsId` is its name, though some senders put its address there. */
function toGroup({ groupId, friendWhatsId }: WireMsgSyncItem): string | null {
  if (groupId !== null) return groupId;
  return friendWhatsId !== null && toWhatsAppId(friendWhatsId).kind === 'GROUP' ? friendWhatsId : null;
}

function toGroupName({ friendWhatsId }: WireMsgSyncItem): string | null {
  return friendWhatsId !== null && toWhatsAppId(friendWhatsId).kind === 'OPAQUE' ? friendWhatsId : null;
}

const ownContent = z.record(z.string(), jsonValue);
const TYPE_TEXT = 1;
const TYPE_QUOTE = 9;

/** Puts what CLIENT_SYNC tells in several fields into one, as the history has it. */
function toHistoryForm({ type, text, url, referContent }: WireClientMessage): JsonValue {
  if (type === TYPE_TEXT) return text;
  if (type !== TYPE_QUOTE) return url === null || url === '' ? text : url;
  const own = ownContent.safeParse(toJsonObject(url)).data;
  // A list is no quote: it will be shown as it came.
  if (!own) return [text, url, referContent];
  const caption = own['caption'];
  return { ...own, caption: caption === undefined || caption === '' ? text : caption, referContent };
}
