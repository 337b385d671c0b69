import { createHash } from 'node:crypto';
import { z } from 'zod';

/** WeCom's answers as received, checked as far as the gateway relies on them. Unknown fields are let through. */

const MAX_INT32 = 2_147_483_647;

/** A number, also when it came as a string. */
const number = z.union([
  z.int(),
  z
    .string()
    .regex(/^-?\d{1,15}$/)
    .transform(Number),
]);
/** What is shown as GraphQL's Int. */
const int = number.pipe(z.int().min(0).max(MAX_INT32));
/** Ids are strings in the documentation; one that came as a number is the same id. */
const id = z.union([z.string().min(1), z.int().transform(String)]);

const envelope = z.object({
  /** Left out on success by some of the provider's calls. */
  errcode: number.default(0),
  errmsg: z.string().catch(''),
});

/** Seconds; what is stored as text with ten digits must fit them. */
const sendTime = number.pipe(z.int().min(1).max(9_999_999_999));

const party = z.object({
  /** 1 employee, 2 external contact, 3 robot; others may come. */
  type: int,
  /** Its prefix says nothing for sure: some external contacts have an employee's. */
  id,
});

const message = z.object({
  msgid: id,
  sender: party,
  receiver_list: z
    .array(party)
    .nullish()
    .transform((list) => list ?? []),
  /** Only in groups. */
  chatid: z
    .string()
    .nullish()
    .transform((chatId) => chatId || null),
  send_time: sendTime,
  msgtype: int,
  service_encrypt_info: z
    .object({ encrypted_secret_key: z.string().min(1), public_key_ver: int })
    .nullish()
    .transform((info) => info ?? null),
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

const identified = z.object({ msgid: id });
const timed = z.object({ send_time: sendTime });

export type WireParty = z.output<typeof party>;
export type WireMessage = z.output<typeof message>;

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

/** @returns null when the record is not a message as documented */
export function parseMessage(record: unknown): WireMessage | null {
  return message.safeParse(record).data ?? null;
}

/** @returns null when the record has no readable id */
export function readMsgId(record: unknown): string | null {
  return identified.safeParse(record).data?.msgid ?? null;
}

/** As in `WireEntry`. */
export function toMsgId(record: unknown): string {
  return readMsgId(record) ?? hash(record);
}

function readSendTime(record: unknown): number | null {
  return timed.safeParse(record).data?.send_time ?? null;
}

function hash(record: unknown): string {
  return `sha256-${createHash('sha256').update(JSON.stringify(record)).digest('base64url')}`;
}
