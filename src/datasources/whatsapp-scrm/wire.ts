import { z } from 'zod';
import { isJsonValue, isObject } from '../kit/json-value.ts';
import type { JsonValue } from '../../domain/records.ts';

const DIGITS = /^\s*-?\d{1,15}\s*$/;

/** Numbers come as numbers or as digits, whole ones longer than 53 bits always as digits. */
export const wholeNumber = z.union([z.int(), z.string().regex(DIGITS).transform(Number)]);
export const text = z.union([z.string(), z.number().transform(String)]);
// A function takes a tenth of the time of schemas within schemas.
export const optionalText = z.transform(toText);
export const optionalWholeNumber = z.transform(toWholeNumber);

/**
 * One record of the history. Only a time must be right, since without one it has no place in any order: when it was
 * sent, or else when the provider took it down. Whatever else is odd becomes null, and is dealt with where a message is
 * made of it.
 */
export interface WireRecord {
  /** Unix ms. */
  chatTime: number;
  /** In every sample, in no table. */
  id: string | null;
  /** Of WhatsApp itself; seen by others, documented nowhere. */
  msgId: string | null;
  userId: string | null;
  username: string | null;
  whatsId: string | null;
  friendWhatsId: string | null;
  friendName: string | null;
  /** 1 sent, 2 received. */
  actionType: number | null;
  /** 1 with one person, 2 in a group. */
  chatType: number | null;
  contentType: number | null;
  /** Text, a vCard, or JSON, both as text and as it is. */
  content: JsonValue;
  /** Unix ms. */
  createTime: number | null;
}

const envelope = z.object({
  code: text,
  data: z.unknown(),
});

const messagePage = z.object({
  records: z.array(z.unknown()),
  total: optionalWholeNumber,
  pages: optionalWholeNumber,
  size: optionalWholeNumber,
  current: optionalWholeNumber,
});

export interface WireMessagePage {
  records: WireRecord[];
  /** Records that have no time, and are left out of `records`. */
  unplacedCount: number;
  /** Not to be trusted; see RangeReader. */
  total: number | null;
  /** The rest of what the provider says of the page; nothing is made of it. */
  pages: number | null;
  size: number | null;
  current: number | null;
}

/** @returns the provider's own code, and what it answered. @throws ZodError when it is no such envelope */
export function parseEnvelope(body: unknown): z.output<typeof envelope> {
  return envelope.parse(body);
}

/**
 * Checks each record by itself: one that cannot be placed must not hide the others.
 *
 * @throws ZodError when it is no page of records
 * @throws Error when there are records, and none of them can be placed
 */
export function parseMessagePage(data: unknown): WireMessagePage {
  const page = messagePage.parse(data);
  const records = page.records.flatMap((record) => toRecord(record) ?? []);
  if (records.length === 0 && page.records.length > 0) throw new Error('No record of the page has a time');
  const { total, pages, size, current } = page;
  return { records, unplacedCount: page.records.length - records.length, total, pages, size, current };
}

/** @returns null when it has no time */
function toRecord(value: unknown): WireRecord | null {
  if (!isObject(value)) return null;
  const createTime = toWholeNumber(value['createTime']);
  const chatTime = toTime(value['chatTime']) ?? toTime(createTime);
  if (chatTime === null) return null;
  const content = value['content'] ?? null;
  return {
    chatTime,
    id: toText(value['id']),
    msgId: toText(value['msgId']),
    userId: toText(value['userId']),
    username: toText(value['username']),
    whatsId: toText(value['whatsId']),
    friendWhatsId: toText(value['friendWhatsId']),
    friendName: toText(value['friendName']),
    actionType: toWholeNumber(value['actionType']),
    chatType: toWholeNumber(value['chatType']),
    contentType: toWholeNumber(value['contentType']),
    content: isJsonValue(content) ? content : null,
    createTime,
  };
}

/** @returns null for an empty text, and for everything else that is neither a text nor a number */
function toText(value: unknown): string | null {
  if (typeof value === 'string') return value === '' ? null : value;
  return Number.isFinite(value) ? String(value) : null;
}

function toWholeNumber(value: unknown): number | null {
  if (typeof value === 'string') return DIGITS.test(value) ? Number(value) : null;
  return typeof value === 'number' && Number.isSafeInteger(value) ? value : null;
}

/** Unix ms, 13 digits at most: that is how wide the order of messages is. 0 stands for none. */
function toTime(value: unknown): number | null {
  const unixMs = toWholeNumber(value);
  return unixMs !== null && unixMs > 0 && unixMs < 1e13 ? unixMs : null;
}
