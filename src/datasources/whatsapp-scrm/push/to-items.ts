import { hash } from 'node:crypto';
import { z } from 'zod';
import type { PushedItem } from '../../../domain/push.ts';
import { contactProfile, type ContactProfile } from '../contact-profile.ts';
import { toPartiesOf } from '../conversation.ts';
import { clientStatuses, msgSyncStatuses, type PushedStatus } from '../delivery-status.ts';
import { parseClientChats, parseClientStatuses, parseMsgSync, type WireMsgSyncItem } from './wire.ts';
import {
  pushedMessage,
  toPushedClientMessage,
  toPushedMsgSync,
  type PushedMessage,
} from './pushed-message.ts';
import { toWhatsAppId } from '../whatsapp-id.ts';

export type PushEvent = 'msg-sync-message' | 'client-sync-message' | 'client-sync-message-status';

/** What the inbox stores of one item. */
export const pushItem = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('MESSAGE'),
    receivedAt: z.int(),
    message: pushedMessage,
    /** The profile of its customer. */
    contact: z.object({ customer: z.string(), profile: contactProfile }).nullable().default(null),
  }),
  z.object({
    type: z.literal('STATUS'),
    receivedAt: z.int(),
    messageId: z.string(),
    status: z.enum(['PENDING', 'SENT', 'DELIVERED', 'READ']),
    agentUserId: z.string().nullable().default(null),
    campaignTaskId: z.string().nullable().default(null),
    campaignTaskDetailId: z.string().nullable().default(null),
  }),
]);

export interface TakenItems {
  items: PushedItem[];
  /** The number of statuses with unpublished numbers; they are left out. */
  unknownStatuses: number;
}

interface Circumstances {
  /** Of `sendTime`. */
  timeZone: string;
  /** Unix ms. */
  receivedAt: number;
}

interface PushedStatusChange {
  messageId: string;
  agentUserId: string | null;
  campaignTaskId: string | null;
  campaignTaskDetailId: string | null;
}

interface PushedContact {
  customer: string;
  profile: ContactProfile;
}

interface Parsed {
  /** `key` tells the deliveries of one event apart; null where the message has no place. */
  messages: ({ key: string; message: PushedMessage; contact: PushedContact | null } | null)[];
  statuses: (PushedStatusChange & { status: PushedStatus | undefined; isGiven: boolean })[];
}

/**
 * Splits a delivery: one item for each message, and one for each status of a message. The provider pushes a message
 * again whenever its status changes, so the message is the same item each time, and the status another.
 *
 * @param body parsed
 * @returns null when it is not what this event sends
 */
export function toItems(event: PushEvent, body: unknown, circumstances: Circumstances): TakenItems | null {
  const { receivedAt } = circumstances;
  const parsed = parse(event, body, circumstances);
  if (parsed === null) return null;
  const messages = parsed.messages.filter((message) => message !== null);
  if (messages.length < parsed.messages.length) return null;
  const statuses = parsed.statuses.flatMap(({ status, isGiven: _, ...change }) =>
    status === undefined ? [] : [{ ...change, status }],
  );
  return {
    items: [
      ...messages.map(({ key, message, contact }) => ({
        key,
        payload: { type: 'MESSAGE', receivedAt, message, contact: contact && { ...contact } },
      })),
      ...statuses.map((change) => ({
        key: `status:${change.messageId}:${change.status}`,
        payload: { type: 'STATUS', receivedAt, ...change },
      })),
    ],
    unknownStatuses: parsed.statuses.filter(({ status, isGiven }) => isGiven && status === undefined).length,
  };
}

function parse(event: PushEvent, body: unknown, { timeZone, receivedAt }: Circumstances): Parsed | null {
  try {
    switch (event) {
      case 'msg-sync-message': {
        const items = parseMsgSync(body);
        return {
          messages: items.map((item) => toMsgSyncItem(item, timeZone, receivedAt)),
          statuses: toStatuses(
            items.map((item) => ({ ...item, userId: null })),
            msgSyncStatuses,
          ),
        };
      }
      case 'client-sync-message': {
        const chats = parseClientChats(body);
        return {
          messages: chats.flatMap((chat) =>
            chat.content.map((content) => ({
              key: `client:${content.messageId}`,
              message: toPushedClientMessage(chat, content),
              contact: null,
            })),
          ),
          statuses: [],
        };
      }
      case 'client-sync-message-status':
        return {
          messages: [],
          statuses: toStatuses(parseClientStatuses(body), clientStatuses),
        };
    }
  } catch {
    // Of the wrong shape, or nested too deep: the body itself must not be stored, nor logged.
    return null;
  }
}

function toStatuses(
  items: readonly {
    messageId: string;
    messageStatus: number | null;
    userId: string | null;
    taskId: string | null;
    taskInfoId: string | null;
  }[],
  meanings: ReadonlyMap<number, PushedStatus>,
): Parsed['statuses'] {
  return items.map(({ messageId, messageStatus, userId, taskId, taskInfoId }) => ({
    messageId,
    agentUserId: userId,
    campaignTaskId: taskId,
    campaignTaskDetailId: taskInfoId,
    status: messageStatus === null ? undefined : meanings.get(messageStatus),
    isGiven: messageStatus !== null,
  }));
}

/** When a message is pushed again, only its status changes; a changed profile is an update, too. */
function toMsgSyncItem(
  item: WireMsgSyncItem,
  timeZone: string,
  receivedAt: number,
): Parsed['messages'][number] {
  const message = toPushedMsgSync(item, timeZone, receivedAt);
  if (message === null) return null;
  const contact = toContact(item, message);
  const digest = hash('sha256', JSON.stringify(contact), 'base64url').slice(0, 16);
  return { key: `message:${item.id ?? ''}:${item.messageId}:${digest}`, message, contact };
}

/** The profile is the friend's: in a chat with one person that person's, in a group theirs whose number it names. */
function toContact({ userProfile }: WireMsgSyncItem, message: PushedMessage): PushedContact | null {
  if (!userProfile) return null;
  const { isGroup, counterpart } = toPartiesOf(message.chatType, message.account, message.counterpart);
  if (!isGroup) return { customer: counterpart, profile: userProfile };
  const { kind, value } = toWhatsAppId(userProfile.whatsApp ?? '');
  return kind === 'USER' ? { customer: value, profile: userProfile } : null;
}
