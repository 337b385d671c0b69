import { createHash } from 'node:crypto';
import { z } from 'zod';
import { isObject } from '../kit/json-value.ts';

/** WeCom's answers as received, checked as far as the gateway relies on them. Unknown fields are let through. */

const MAX_INT32 = 2_147_483_647;
/** What is stored as text with ten digits must fit them. */
const LAST_SECOND = 9_999_999_999;
const DIGITS = /^-?\d{1,15}$/;

/** A number, also when it came as a string. */
const number = z.union([z.int(), z.string().regex(DIGITS).transform(Number)]);
const envelope = z.object({
  /** Left out on success by some of the provider's calls. */
  errcode: number.default(0),
  errmsg: z.string().catch(''),
});

/** The documentation's table says 0 and 1, its sample `true`. */
const flag = z.union([z.boolean(), z.literal([0, 1]).transform((value) => value === 1)]);

const syncPage = z.object({
  has_more: flag,
  next_cursor: z
    .string()
    .nullish()
    .transform((cursor) => cursor || null),
  msg_list: z
    .array(z.unknown())
    .nullish()
    .transform((list) => list ?? []),
});

const accessToken = z.object({ access_token: z.string().min(1), expires_in: number.pipe(z.int().min(1)) });

export interface WireParty {
  /** 1 employee, 2 external contact, 3 robot; others may come. */
  type: number;
  /** Its prefix says nothing for sure: some external contacts have an employee's. */
  id: string;
}

export interface WireMessage {
  msgid: string;
  sender: WireParty;
  receiver_list: WireParty[];
  /** Only in groups; null elsewhere. */
  chatid: string | null;
  send_time: number;
  msgtype: number;
  service_encrypt_info: { encrypted_secret_key: string; public_key_ver: number } | null;
}

/** One entry of `msg_list`, as far as needed to keep it in its place. */
export interface WireEntry {
  /** The message's own id; of an entry without a readable one, a hash of the entry. */
  msgId: string;
  /** Unix seconds. */
  sendTime: number;
  /** The entry as received: plain JSON, not checked any further. */
  record: unknown;
}

export interface SyncPage {
  hasMore: boolean;
  nextCursor: string | null;
  /** In the order of the stream. */
  entries: WireEntry[];
}

/**
 * @returns the error code, 0 for success, and whether the provider says that it understood only part of the request,
 *   which it may say beside a 0
 * @throws ZodError when it is not one of WeCom's answers
 * @see https://developer.work.weixin.qq.com/document/path/90455
 */
export function parseEnvelope(body: unknown): { errcode: number; isRequestMisread: boolean } {
  const { errcode, errmsg } = envelope.parse(body);
  return { errcode, isRequestMisread: /warning: wrong json format/i.test(errmsg) };
}

/**
 * @throws ZodError
 * @see https://developer.work.weixin.qq.com/document/path/91039
 */
export function parseAccessToken(body: unknown): { token: string; expiresIn: number } {
  const { access_token, expires_in } = accessToken.parse(body);
  return { token: access_token, expiresIn: expires_in };
}

/**
 * Checks the page, not each message: an entry that cannot be read must not stop the stream, which has no way around it.
 * One without a readable time takes its neighbour's, since the list ascends.
 *
 * @throws ZodError when the page is not one
 * @throws Error when the page holds messages but the time of none can be read
 * @see https://developer.work.weixin.qq.com/document/path/99670
 */
export function parseSyncPage(body: unknown): SyncPage {
  const page = syncPage.parse(body);
  const times = page.msg_list.map(readSendTime);
  let lastTime = times.find((time) => time !== null) ?? null;
  const entries = page.msg_list.map((record, index) => {
    lastTime = times[index] ?? lastTime;
    if (lastTime === null) throw new Error('No message of the page has a readable send_time');
    return { msgId: toMsgId(record), sendTime: lastTime, record };
  });
  return { hasMore: page.has_more, nextCursor: page.next_cursor, entries };
}

// Messages come by the thousands, and each is read several times: functions take a tenth of the time of schemas.

/** @returns null when the record is not a message as documented */
export function parseMessage(record: unknown): WireMessage | null {
  if (!isObject(record)) return null;
  const msgid = toId(record['msgid']);
  const sender = toParty(record['sender']);
  const receivers = toParties(record['receiver_list']);
  const chatId = record['chatid'] ?? null;
  const sendTime = toSendTime(record['send_time']);
  const msgtype = toInt(record['msgtype']);
  const info = toEncryptInfo(record['service_encrypt_info'] ?? null);
  if (msgid === null || sender === null || receivers === null || sendTime === null || msgtype === null)
    return null;
  if ((typeof chatId !== 'string' && chatId !== null) || info === undefined) return null;
  return {
    msgid,
    sender,
    receiver_list: receivers,
    chatid: chatId === '' ? null : chatId,
    send_time: sendTime,
    msgtype,
    service_encrypt_info: info,
  };
}

/** @returns null when the record has no readable id */
export function readMsgId(record: unknown): string | null {
  return isObject(record) ? toId(record['msgid']) : null;
}

/** As in `WireEntry`. */
export function toMsgId(record: unknown): string {
  return readMsgId(record) ?? hash(record);
}

function readSendTime(record: unknown): number | null {
  return isObject(record) ? toSendTime(record['send_time']) : null;
}

function toParties(list: unknown): WireParty[] | null {
  if (list === undefined || list === null) return [];
  if (!Array.isArray(list)) return null;
  const parties = list.flatMap((party) => toParty(party) ?? []);
  return parties.length === list.length ? parties : null;
}

function toParty(value: unknown): WireParty | null {
  if (!isObject(value)) return null;
  const [type, id] = [toInt(value['type']), toId(value['id'])];
  return type === null || id === null ? null : { type, id };
}

/** @returns null for a message that carries no key; undefined when what it carries is not one */
function toEncryptInfo(value: unknown): WireMessage['service_encrypt_info'] | undefined {
  if (value === null) return null;
  if (!isObject(value)) return undefined;
  const key = value['encrypted_secret_key'];
  const version = toInt(value['public_key_ver']);
  if (typeof key !== 'string' || key === '' || version === null) return undefined;
  return { encrypted_secret_key: key, public_key_ver: version };
}

/** Ids are strings in the documentation; one that came as a number is the same id. */
function toId(value: unknown): string | null {
  if (typeof value === 'string') return value === '' ? null : value;
  return Number.isSafeInteger(value) ? String(value) : null;
}

/** What is shown as GraphQL's Int. */
function toInt(value: unknown): number | null {
  return toNumberWithin(value, 0, MAX_INT32);
}

/** Seconds. */
function toSendTime(value: unknown): number | null {
  return toNumberWithin(value, 1, LAST_SECOND);
}

function toNumberWithin(value: unknown, least: number, most: number): number | null {
  const read = typeof value === 'string' && DIGITS.test(value) ? Number(value) : value;
  return typeof read === 'number' && Number.isSafeInteger(read) && read >= least && read <= most
    ? read
    : null;
}

function hash(record: unknown): string {
  return `sha256-${createHash('sha256').update(JSON.stringify(record)).digest('base64url')}`;
}
