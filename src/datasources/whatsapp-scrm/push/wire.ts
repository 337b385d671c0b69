import { z } from 'zod';
import { jsonValue } from '../../kit/json-value.ts';
import type { JsonValue } from '../../../domain/records.ts';
import { wireProfile } from '../contact-profile.ts';
import { optionalText, optionalWholeNumber, text, wholeNumber } from '../wire.ts';

/**
 * The bodies of the webhooks. The fields that identify the message, its place and its time must be right, or the
 * whole delivery is refused; any other odd field becomes null, as in wire.ts.
 *
 * @see https://doc.socialepoch.com/wa-scrm-open-api-doc/api/message.html
 */

/** The published maximum. */
const MAX_MSG_SYNC_ITEMS = 50;
/** None is published for the other events. */
const MAX_CLIENT_ITEMS = 1_000;

/** Counted before any of them is looked at. */
function list<T extends z.ZodType>(
  item: T,
  most: number,
): z.ZodPipe<z.ZodArray<z.ZodUnknown>, z.ZodArray<T>> {
  return z.array(z.unknown()).max(most).pipe(z.array(item));
}

const messageId = text.refine((id) => id.length > 0 && id.length <= 200);
const address = text.refine((id) => id !== '');
const content = jsonValue.optional().transform((value): JsonValue => value ?? null);

/** Of a campaign; 0, null and an empty string mean none. */
const task = optionalText.transform((id) => (id === '0' ? null : id));

const msgSyncItem = z.object({
  /** Of the delivery's record, a UUID. */
  id: optionalText,
  messageId,
  userName: optionalText,
  /** The sender. */
  whatsId: optionalText,
  /** The other person; in a group its name, or the group. */
  friendWhatsId: optionalText,
  currentWhatsId: address,
  /** 1 sent, 2 received. */
  actionType: optionalWholeNumber,
  /** 1 with one person, 2 in a group. */
  chatType: optionalWholeNumber,
  messageStatus: optionalWholeNumber,
  content,
  /** As the history numbers types. */
  contentType: optionalWholeNumber,
  /** In the table of fields, not in the sample. */
  newContentType: optionalWholeNumber,
  sendTime: z.string().regex(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/),
  groupId: optionalText,
  memberName: optionalText,
  /** 1 PC, 2 app, 3 web. */
  originType: optionalWholeNumber,
  userProfile: wireProfile.nullish().catch(null),
  taskId: task,
  taskInfoId: task,
});

const clientMessage = z.object({
  type: optionalWholeNumber,
  text: content,
  /** JSON as text, for everything but texts. */
  url: content,
  messageId,
  /** Unix ms. */
  time: wholeNumber.refine((time) => time >= 0 && time < 1e13),
  referContent: content,
});

const clientChat = z.object({
  userId: optionalText,
  whatsApp: address,
  friendWhatsApp: address,
  actionType: optionalWholeNumber,
  chatType: optionalWholeNumber,
  taskId: task,
  taskInfoId: task,
  content: list(clientMessage, MAX_CLIENT_ITEMS),
});

const clientStatus = z.object({
  messageId,
  messageStatus: optionalWholeNumber,
  userId: optionalText,
  taskId: task,
  taskInfoId: task,
});

const msgSync = z.object({ data: list(msgSyncItem, MAX_MSG_SYNC_ITEMS) });
const clientChats = list(clientChat, MAX_CLIENT_ITEMS).refine(
  (chats) => chats.reduce((count, { content: messages }) => count + messages.length, 0) <= MAX_CLIENT_ITEMS,
);
const clientStatuses = list(clientStatus, MAX_CLIENT_ITEMS);

export type WireMsgSyncItem = z.output<typeof msgSyncItem>;
export type WireClientChat = z.output<typeof clientChat>;
export type WireClientMessage = z.output<typeof clientMessage>;
export type WireClientStatus = z.output<typeof clientStatus>;

/** @throws ZodError when the body is no such delivery */
export function parseMsgSync(body: unknown): WireMsgSyncItem[] {
  return msgSync.parse(body).data;
}

/** @throws ZodError when the body is no such delivery */
export function parseClientChats(body: unknown): WireClientChat[] {
  return clientChats.parse(body);
}

/** @throws ZodError when the body is no such delivery */
export function parseClientStatuses(body: unknown): WireClientStatus[] {
  return clientStatuses.parse(body);
}
