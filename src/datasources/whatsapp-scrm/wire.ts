import { z } from 'zod';
import type { JsonValue } from '../records.ts';

/** Numbers come as numbers or as digits, whole ones longer than 53 bits always as digits. */
const wholeNumber = z.union([
  z.int(),
  z
    .string()
    .regex(/^\s*-?\d{1,15}\s*$/)
    .transform(Number),
]);
const text = z.union([z.string(), z.number().transform(String)]);
const optionalText = text
  .nullish()
  .catch(null)
  .transform((value) => (value === undefined || value === '' ? null : value));
const optionalWholeNumber = wholeNumber
  .nullish()
  .catch(null)
  .transform((value) => value ?? null);

/**
 * One record of the history. Only its time must be right: without one it has no place in any order, and leaving it
 * out would lose it unseen. Whatever else is odd becomes null, and is dealt with where a message is made of it.
 */
const wireRecord = z.object({
  /** Unix ms, 13 digits at most: that is how wide the order of messages is. */
  chatTime: wholeNumber.refine((time) => time >= 0 && time < 1e13),
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
  content: z
    .json()
    .optional()
    .transform((value): JsonValue => value ?? null),
  /** Unix ms. */
  createTime: optionalWholeNumber,
});

const envelope = z.object({
  code: text,
  data: z.unknown(),
});

const messagePage = z.object({
  records: z.array(wireRecord),
  /** Not to be trusted; see RangeReader. */
  total: optionalWholeNumber,
});

export type WireRecord = z.output<typeof wireRecord>;
export type WireMessagePage = z.output<typeof messagePage>;

/** @returns the provider's own code, and what it answered. @throws ZodError when it is no such envelope */
export function parseEnvelope(body: unknown): z.output<typeof envelope> {
  return envelope.parse(body);
}

/** @throws ZodError when it is no page of records, or one of them has no time */
export function parseMessagePage(data: unknown): WireMessagePage {
  return messagePage.parse(data);
}
