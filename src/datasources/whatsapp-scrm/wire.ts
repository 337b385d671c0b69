import { z } from 'zod';
import { jsonValue } from '../kit/json-value.ts';
import type { JsonValue } from '../../domain/records.ts';

const DIGITS = /^\s*-?\d{1,15}\s*$/;

/** Numbers come as numbers or as digits, whole ones longer than 53 bits always as digits. */
export const wholeNumber = z.union([z.int(), z.string().regex(DIGITS).transform(Number)]);
export const text = z.union([z.string(), z.number().transform(String)]);
// A page has thousands of these: a function takes a tenth of the time of schemas within schemas.
export const optionalText = z.transform(toText);
export const optionalWholeNumber = z.transform(toWholeNumber);

const time = z.transform(toTime);

/**
 * One record of the history. Only a time must be right, since without one it has no place in any order: when it was
 * sent, or else when the provider took it down. Whatever else is odd becomes null, and is dealt with where a message is
 * made of it.
 */
const wireRecord = z
  .object({
    chatTime: time,
    /** In every sample, in no table. */
    id: optionalText,
    /** Of WhatsApp itself; seen by others, documented nowhere. */
    msgId: optionalText,
    userId: optionalText,
    username: optionalText,
    whatsId: optionalText,
    friendWhatsId: optionalText,
    friendName: optionalText,
    /** 1 sent, 2 received. */
    actionType: optionalWholeNumber,
    /** 1 with one person, 2 in a group. */
    chatType: optionalWholeNumber,
    contentType: optionalWholeNumber,
    /** Text, a vCard, or JSON, both as text and as it is. */
    content: jsonValue
      .optional()
      .catch(null)
      .transform((value): JsonValue => value ?? null),
    /** Unix ms. */
    createTime: optionalWholeNumber,
  })
  .transform((record, context) => {
    const chatTime = record.chatTime ?? toTime(record.createTime);
    if (chatTime) return { ...record, chatTime };
    context.addIssue('The record has no time');
    return z.NEVER;
  });

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

export type WireRecord = z.output<typeof wireRecord>;

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
  const records = page.records.flatMap((record) => wireRecord.safeParse(record).data ?? []);
  if (records.length === 0 && page.records.length > 0) throw new Error('No record of the page has a time');
  const { total, pages, size, current } = page;
  return { records, unplacedCount: page.records.length - records.length, total, pages, size, current };
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
