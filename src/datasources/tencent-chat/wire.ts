import { z } from 'zod';
import { isObject } from '../kit/json-value.ts';

/** One entry of `RspMsgList`, as far as it could be read. */
export interface WireMessage {
  /** `MsgSeq`: uint32, assigned in the order of receipt. */
  messageSequence: number;
  /** Null: a hole may have lost it, and without a time it cannot be told from the sequence. */
  messageKey: string | null;
  /** Unix ms; the provider counts whole seconds. Null: nothing of the entry tells. */
  sentAt: number | null;
  fromAccount: string | null;
  /** `IsPlaceMsg`: 0 a message, 1 a hole (expired, deleted, failed to store), 2 a recalled message. */
  placeholder: number;
  /** The elements of `MsgBody`, in their order and not yet looked into. */
  elements: unknown[];
}

export interface WirePage {
  /** In the provider's order, which is not promised; without entries that have no place in the history. */
  messages: WireMessage[];
  /** Entries that have no sequence. */
  unplacedCount: number;
  /** 1: the asked range is complete. 0: it was cut short. 2: everything before it has expired. */
  isFinished: number | null;
  lastMessageKey: string | null;
}

export interface WireReply {
  errorCode: number;
  isOk: boolean;
}

const DIGITS = /^\d{1,15}$/;
const MAX_UINT32 = 0xff_ff_ff_ff;
/** The last second that a time can be written for. */
const LAST_SECOND = 253_402_300_799;

/** A whole number, written as one or as its digits. */
const wholeNumber = z.union([z.int().nonnegative(), z.string().regex(DIGITS).transform(Number)]);

const reply = z.object({ ErrorCode: z.union([z.int(), wholeNumber]), ActionStatus: z.string() });

const page = z.object({
  IsFinished: wholeNumber.nullish(),
  LastMsgKey: z.string().nullish(),
  // Left out or null by some servers when there is nothing to list.
  RspMsgList: z.array(z.unknown()).nullish(),
});

/** @throws ZodError when it is not an answer of this API at all */
export function parseReply(payload: unknown): WireReply {
  const { ErrorCode, ActionStatus } = reply.parse(payload);
  return { errorCode: ErrorCode, isOk: ErrorCode === 0 && ActionStatus === 'OK' };
}

/**
 * @throws ZodError when the envelope is wrong
 * @see https://www.tencentcloud.com/document/product/1047/60812
 */
export function parsePage(payload: unknown): WirePage {
  const { IsFinished, LastMsgKey, RspMsgList } = page.parse(payload);
  const entries = RspMsgList ?? [];
  const messages = entries.map(toWireMessage).filter((message) => message !== null);
  return {
    messages,
    unplacedCount: entries.length - messages.length,
    isFinished: IsFinished ?? null,
    lastMessageKey: LastMsgKey ? LastMsgKey : null,
  };
}

/** Reads a `MsgKey`, documented as `Seq_1_ServerTime`; what the middle stands for is not. */
export function parseMessageKey(messageKey: string): { messageSequence: number; sentAt: number } | null {
  const match = /^(\d{1,10})_\d+_(\d{1,11})$/.exec(messageKey);
  if (!match) return null;
  const messageSequence = Number(match[1]);
  return messageSequence > MAX_UINT32 ? null : { messageSequence, sentAt: Number(match[2]) * 1000 };
}

/** Each field is read by itself, so that one wrong field does not take the message's place in the history away. */
function toWireMessage(value: unknown): WireMessage | null {
  if (!isObject(value)) return null;
  const messageKey = toText(value['MsgKey']);
  const fromKey = messageKey === null ? null : parseMessageKey(messageKey);
  const messageSequence = toWholeNumber(value['MsgSeq'], MAX_UINT32) ?? fromKey?.messageSequence;
  const timestamp = toWholeNumber(value['MsgTimeStamp'], LAST_SECOND);
  // A hole may have lost its time stamp, or have 0 there.
  const sentAt = (timestamp ? timestamp * 1000 : fromKey?.sentAt) || null;
  if (messageSequence === undefined) return null;
  return {
    messageSequence,
    messageKey: messageKey ?? (sentAt === null ? null : `${messageSequence}_1_${sentAt / 1000}`),
    sentAt,
    fromAccount: toAccount(value['From_Account']),
    placeholder: toWholeNumber(value['IsPlaceMsg']) ?? 0,
    elements: toElements(value['MsgBody']),
  };
}

function toWholeNumber(value: unknown, most = Number.MAX_SAFE_INTEGER): number | null {
  const read = typeof value === 'string' && DIGITS.test(value) ? Number(value) : value;
  return typeof read === 'number' && Number.isSafeInteger(read) && read >= 0 && read <= most ? read : null;
}

function toText(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

function toAccount(value: unknown): string | null {
  return Number.isFinite(value) ? String(value) : toText(value);
}

/** `MsgBody` is documented as an object or an array, and is empty in either shape for a hole. */
export function toElements(body: unknown): unknown[] {
  if (Array.isArray(body)) return body;
  const isEmpty = body === undefined || body === null || body === '' || isEmptyObject(body);
  return isEmpty ? [] : [body];
}

function isEmptyObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}
