import type { MessageDirection, MessageKind } from '../../domain/records.ts';
import { toDigest128 } from '../../util/crypto.ts';

const KEY = /^(\d{1,10}\.[\w-]{22})\.(\d+)$/;

/** The traits of a message that every API of the provider gives alike. */
export interface MessageTraits {
  /** The service account, normalised as in whatsapp-id.ts. */
  account: string;
  /** The customer or the group, normalised. */
  counterpart: string;
  direction: MessageDirection;
  /** Unix ms. Surfaces differ in what follows the whole second. */
  sentAt: number;
  kind: MessageKind;
  /** The text, the caption or a document's name; empty when there is none. Never a URL: they are signed anew each time. */
  words: string;
}

/**
 * The common traits of a message in every API, as text.
 *
 * The history knows messages by its own row ids and the webhooks by WhatsApp's, and nothing documented joins the two.
 * So a message is identified by what both say of it: account, counterpart, direction, whole second, kind and text, as
 * 128 bits of SHA-256. Messages alike in all of it are distinguished by an ordinal: see `toKeyOfPrefix`.
 */
export function toFingerprint(traits: MessageTraits): string {
  const { account, counterpart, direction, sentAt, kind, words } = traits;
  const identity = [account, counterpart, direction, String(toSecond(sentAt)), kind, normalise(words)];
  return toDigest128(JSON.stringify(identity));
}

/** The traits of a message in a group that one of the APIs does not identify. */
export function toUnnamed<T extends { counterpart: string }>(traits: T): T {
  return { ...traits, counterpart: '' };
}

/** The part of the key that messages alike in everything share. */
export function toKeyPrefix(traits: MessageTraits): string {
  return `${toSecond(traits.sentAt)}.${toFingerprint(traits)}`;
}

/**
 * The message's key: its second, its fingerprint and its ordinal.
 *
 * @param ordinal from 0, among all messages of that second with this fingerprint, in the order of their record ids;
 * counting needs the whole second
 */
export function toKeyOfPrefix(prefix: string, ordinal: number): string {
  return `${prefix}.${ordinal}`;
}

/** @returns null when the key is none of this provider's */
export function toPrefixAndOrdinal(key: string): { prefix: string; ordinal: number } | null {
  const [, prefix, ordinal] = KEY.exec(key) ?? [];
  return prefix === undefined || ordinal === undefined ? null : { prefix, ordinal: Number(ordinal) };
}

/** @returns the Unix second of the message; null when the key is none of this provider's */
export function toSecondOfKey(key: string): number | null {
  const parts = toPrefixAndOrdinal(key);
  return parts && Number(parts.prefix.split('.')[0]);
}

function toSecond(unixMs: number): number {
  return Math.floor(unixMs / 1000);
}

/**
 * Putting marks that follow one another in order takes time in the square of their number. No language has so many on
 * one letter; a joiner that cannot be seen parts them, as the Stream-Safe Text Format of Unicode has it.
 */
const MANY_MARKS = /\p{M}{30}/gu;
const SHORTEST_WITH_MANY_MARKS = 30;
const JOINER = '\u034F';

/** Line ends, white space and the composition of accents change on the way through the provider's clients. */
function normalise(words: string): string {
  const joined = words.length < SHORTEST_WITH_MANY_MARKS ? words : words.replace(MANY_MARKS, `$&${JOINER}`);
  return joined.normalize('NFC').replace(/\s+/g, ' ').trim();
}
