import { z } from 'zod';
import { jsonValue } from '../kit/json-value.ts';
import type { JsonValue } from '../../domain/records.ts';
import { toJsonObject } from './content.ts';
import { optionalText } from './wire.ts';

const anyJson = z.json();

/** Size limits of a profile from a webhook: longer texts are cut, and further entries are left out. */
const MAX_TEXT = 2_000;
const MAX_TAG = 200;
const MAX_TAGS = 100;
const MAX_EXTENDED = 20_000;

const shortText = optionalText.transform((value) => value?.slice(0, MAX_TEXT) ?? null);

/** `userProfile` of MSG_SYNC_MESSAGE: the company's notes on a customer. */
export const wireProfile = z.object({
  id: shortText,
  name: shortText,
  whatsApp: shortText,
  username: shortText,
  income: shortText,
  profession: shortText,
  desc: shortText,
  tags: z
    .array(optionalText)
    .nullish()
    .catch(null)
    .transform((tags) =>
      (tags ?? []).flatMap((tag) => (tag === null ? [] : tag.slice(0, MAX_TAG))).slice(0, MAX_TAGS),
    ),
  email: shortText,
  address: shortText,
  /** JSON as text, whose values may be JSON as text again: these stay texts. */
  extendsMap: jsonValue.optional().transform((value) => toExtended(value ?? null)),
});
export type WireProfile = z.output<typeof wireProfile>;

/** The same as the inbox and the store keep it. */
export const contactProfile = z.object({
  id: z.string().nullable(),
  name: z.string().nullable(),
  whatsApp: z.string().nullable(),
  username: z.string().nullable(),
  income: z.string().nullable(),
  profession: z.string().nullable(),
  desc: z.string().nullable(),
  tags: z.array(z.string()),
  email: z.string().nullable(),
  address: z.string().nullable(),
  extendsMap: z.json(),
});
export type ContactProfile = z.output<typeof contactProfile>;

function toExtended(value: JsonValue): JsonValue {
  if (value === '' || JSON.stringify(value).length > MAX_EXTENDED) return null;
  return anyJson.safeParse(toJsonObject(value)).data ?? value;
}
