import { z } from 'zod';
import { jsonValue } from '../kit/json-value.ts';
import type { IssuedToken } from '../kit/access-token.ts';
import type { JsonValue } from '../../domain/records.ts';

/** One line of chat history. What the provider left out or garbled is null. */
export interface ChatRecord {
  /** Unix seconds. */
  time: number;
  openId: string | null;
  operationCode: number | null;
  text: string | null;
  /** `prefix@account`; empty if no agent serves. */
  worker: string | null;
  /** The record as received, when it is anything but the five documented fields; else null. */
  raw: JsonValue | null;
}

export interface MessageListPage {
  /** In the provider's order. */
  records: ChatRecord[];
  /** Records without a time: they have no place in history and are not among `records`. */
  unplaceable: number;
  /** Of the whole answer. */
  bytes: number;
  /** How many records the provider says that these are; null when it does not say. */
  claimed: number | null;
  /** Where the next page begins; 0 when there are no records. */
  msgId: number;
}

export interface AgentAccount {
  /** `prefix@account` */
  account: string;
  nickname: string | null;
  avatarUrl: string | null;
}

/** A customer and since when, Unix seconds. */
export interface CustomerSince {
  openId: string;
  since: number;
}

/** `UNKNOWN`: the provider has no such account. `UNBOUND`: no WeChat user is bound to it, so it is not in use. */
export type AgentState = 'ACTIVE' | 'UNBOUND' | 'UNKNOWN';

/** A list of the present, without the rows that could not be read. */
export interface LiveList<T> {
  rows: T[];
  /** How many rows could not be read. */
  unreadable: number;
}

export interface SessionList extends LiveList<CustomerSince> {
  /** Of the agent whose sessions they are. */
  state: AgentState;
}

/** Numbers that some answers carry as text, and that our JSON reader keeps as text when they are long. */
const wholeNumber = z.union([z.int(), z.string().regex(/^\d+$/).transform(Number).pipe(z.int())]);
const unixSeconds = wholeNumber.refine((seconds) => seconds > 0);
const optionalText = z.string().min(1).nullable().catch(null);

const envelope = z.object({
  errcode: z
    .union([
      z.int(),
      z
        .string()
        .regex(/^-?\d+$/)
        .transform(Number),
    ])
    .optional(),
});

const documentedRecord = z
  .strictObject({
    openid: z.string().min(1),
    opercode: z.int(),
    text: z.string(),
    time: z.int().positive(),
    worker: z.string(),
  })
  .transform(({ openid, opercode, text, time, worker }): ChatRecord => ({
    time,
    openId: openid,
    operationCode: opercode,
    text,
    worker,
    raw: null,
  }));
const oddRecord = z.object({
  openid: optionalText,
  opercode: wholeNumber.nullable().catch(null),
  text: z.string().nullable().catch(null),
  time: unixSeconds,
  worker: z.string().nullable().catch(null),
});

const messageList = z.object({
  recordlist: z.array(jsonValue),
  number: wholeNumber.nullable().catch(null),
  msgid: wholeNumber,
});

const token = z.string().min(1);
const issuedToken = z.object({ access_token: token, expires_in: wholeNumber });
const componentToken = z.object({ component_access_token: token, expires_in: wholeNumber });
const authorizerToken = z.object({
  authorizer_access_token: token,
  expires_in: wholeNumber,
  authorizer_refresh_token: optionalText,
});

const agentRow = z
  .object({ kf_account: z.string(), kf_nick: optionalText, kf_headimgurl: optionalText })
  .transform(({ kf_account, kf_nick, kf_headimgurl }) => ({
    account: kf_account,
    nickname: kf_nick,
    avatarUrl: kf_headimgurl,
  }));
// The documentation's table says `kf_list`, its example `kf_online_list`.
const agentList = z.union([
  z.object({ kf_list: z.array(z.unknown()) }).transform(({ kf_list }) => kf_list),
  z.object({ kf_online_list: z.array(z.unknown()) }).transform(({ kf_online_list }) => kf_online_list),
]);

const sessionList = z.object({ sessionlist: z.array(z.unknown()) });
const sessionRow = z
  .object({ openid: z.string().min(1), createtime: unixSeconds })
  .transform(({ openid, createtime }): CustomerSince => ({ openId: openid, since: createtime }));

const waitingList = z.object({ waitcaselist: z.array(z.unknown()) });
const waitingRow = z
  .object({ openid: z.string().min(1), latest_time: unixSeconds })
  .transform(({ openid, latest_time }): CustomerSince => ({ openId: openid, since: latest_time }));

/** @returns 0 for success, which most answers express by leaving `errcode` out */
export function parseErrorCode(body: unknown): number {
  return envelope.parse(body).errcode ?? 0;
}

export function parseToken(body: unknown): IssuedToken {
  const { access_token, expires_in } = issuedToken.parse(body);
  return { token: access_token, expiresIn: expires_in };
}

export function parseComponentToken(body: unknown): IssuedToken {
  const { component_access_token, expires_in } = componentToken.parse(body);
  return { token: component_access_token, expiresIn: expires_in };
}

/** @returns `refreshToken`: null when it stays the same */
export function parseAuthorizerToken(body: unknown): IssuedToken & { refreshToken: string | null } {
  const { authorizer_access_token, expires_in, authorizer_refresh_token } = authorizerToken.parse(body);
  return {
    token: authorizer_access_token,
    expiresIn: expires_in,
    refreshToken: authorizer_refresh_token,
  };
}

/** @see https://developers.weixin.qq.com/doc/service/api/customer/message/api_getmsglist.html */
export function parseMessageList(body: unknown, bytes: number): MessageListPage {
  const { recordlist, number, msgid } = messageList.parse(body);
  const records = recordlist.map(toRecord).filter((record) => record !== null);
  const unplaceable = recordlist.length - records.length;
  // A single one may be what an inclusive cursor repeats at the end.
  if (recordlist.length > 1 && records.length === 0) throw new Error('None of the records has a time');
  if (recordlist.length > 0 && msgid === 0) throw new Error('Records came without a msgid to continue from');
  return { records, unplaceable, bytes, claimed: number, msgId: msgid };
}

export function parseAgentList(body: unknown): LiveList<AgentAccount> {
  const { rows, unreadable } = parseRows(agentList.parse(body), agentRow);
  // Rows without an account are in the provider's own example: invitations that were not accepted.
  return { rows: rows.filter(({ account }) => account !== ''), unreadable };
}

export function parseSessionList(body: unknown): SessionList {
  return { state: 'ACTIVE', ...parseRows(sessionList.parse(body).sessionlist, sessionRow) };
}

export function parseWaitingList(body: unknown): LiveList<CustomerSince> {
  return parseRows(waitingList.parse(body).waitcaselist, waitingRow);
}

/** One odd row does not hide the others. */
function parseRows<T>(list: readonly unknown[], row: z.ZodType<T>): LiveList<T> {
  const rows = list.flatMap((item) => {
    const parsed = row.safeParse(item);
    return parsed.success ? [parsed.data] : [];
  });
  return { rows, unreadable: list.length - rows.length };
}

function toRecord(item: JsonValue): ChatRecord | null {
  const documented = documentedRecord.safeParse(item);
  if (documented.success) return documented.data;
  const odd = oddRecord.safeParse(item);
  if (!odd.success) return null;
  const { time, openid, opercode, text, worker } = odd.data;
  return { time, openId: openid, operationCode: opercode, text, worker, raw: item };
}
