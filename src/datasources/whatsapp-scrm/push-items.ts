import { z } from 'zod';
import type { PushedItem } from '../push-receiver.ts';
import { clientStatuses, msgSyncStatuses, type PushedStatus } from './delivery-status.ts';
import { parseClientChats, parseClientStatuses, parseMsgSync } from './push-wire.ts';
import {
  pushedMessage,
  toPushedClientMessage,
  toPushedMsgSync,
  type PushedMessage,
} from './pushed-message.ts';

export type PushEvent = 'msg-sync-message' | 'client-sync-message' | 'client-sync-message-status';

/** What the inbox keeps of one piece of news. */
export const pushItem = z.discriminatedUnion('type', [
  z.object({ type: z.literal('MESSAGE'), receivedAt: z.int(), message: pushedMessage }),
  z.object({
    type: z.literal('STATUS'),
    receivedAt: z.int(),
    messageId: z.string(),
    status: z.enum(['PENDING', 'SENT', 'DELIVERED', 'READ']),
  }),
]);

export interface TakenItems {
  items: PushedItem[];
  /** Statuses with numbers that nobody has published; they are left out. */
  unknownStatuses: number;
}

interface Circumstances {
  /** Of `sendTime`. */
  timeZone: string;
  /** Unix ms. */
  receivedAt: number;
}

interface Parsed {
  messages: (PushedMessage | null)[];
  statuses: { messageId: string; status: PushedStatus | undefined; isGiven: boolean }[];
}

/**
 * Takes a delivery apart: one item for each message, and one for each status of a message. The provider pushes a message
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
  const statuses = parsed.statuses.flatMap(({ messageId, status }) =>
    status === undefined ? [] : [{ messageId, status }],
  );
  return {
    items: [
      ...messages.map((message) => ({
        key: `message:${message.messageId}`,
        payload: { type: 'MESSAGE', receivedAt, message },
      })),
      ...statuses.map(({ messageId, status }) => ({
        key: `status:${messageId}:${status}`,
        payload: { type: 'STATUS', receivedAt, messageId, status },
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
          messages: items.map((item) => toPushedMsgSync(item, timeZone, receivedAt)),
          statuses: toStatuses(items, msgSyncStatuses),
        };
      }
      case 'client-sync-message': {
        const chats = parseClientChats(body);
        return {
          messages: chats.flatMap((chat) =>
            chat.content.map((message) => toPushedClientMessage(chat, message)),
          ),
          statuses: [],
        };
      }
      case 'client-sync-message-status':
        return { messages: [], statuses: toStatuses(parseClientStatuses(body), clientStatuses) };
    }
  } catch {
    // Of the wrong shape, or nested too deep to look at: what it was must not be kept, nor logged.
    return null;
  }
}

function toStatuses(
  items: readonly { messageId: string; messageStatus: number | null }[],
  meanings: ReadonlyMap<number, PushedStatus>,
): Parsed['statuses'] {
  return items.map(({ messageId, messageStatus }) => ({
    messageId,
    status: messageStatus === null ? undefined : meanings.get(messageStatus),
    isGiven: messageStatus !== null,
  }));
}
