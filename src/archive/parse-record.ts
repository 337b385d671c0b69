import { isObject } from '../datasources/kit/json-value.ts';
import type { MessagePart, MessageRecord } from '../domain/records.ts';

/**
 * Checks by hand what every message has, since a schema costs more than all else that reading a kept message does. The
 * fields that only a provider's messages have stay as they are: they were that provider's when the message was kept.
 */
type Check = (value: unknown) => boolean;
type Fields<T> = Readonly<Record<keyof T, Check>>;

const isString: Check = (value) => typeof value === 'string';
const isNumber: Check = (value) => typeof value === 'number';
const isAnything: Check = () => true;
const orNull =
  (check: Check): Check =>
  (value) =>
    value === null || check(value);
const orLeftOut =
  (check: Check): Check =>
  (value) =>
    value === undefined || check(value);
const listOf =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(check);
const object = (fields: Readonly<Record<string, Check>>): Check => {
  const checks = Object.entries(fields);
  return (value) => isObject(value) && checks.every(([name, check]) => check(value[name]));
};

const text = orNull(isString);
const number = orNull(isNumber);

const isParticipant = object({ channel: isString, role: isString, nativeId: isString, displayName: text });

const isConversation = object({
  channel: isString,
  kind: isString,
  key: isString,
  nativeId: text,
  title: text,
  participants: orNull(listOf(isParticipant)),
});

type PartOf<Type extends MessagePart['type']> = Extract<MessagePart, { type: Type }>;

const media: Fields<PartOf<'MEDIA'>> = {
  type: isString,
  kind: isString,
  url: text,
  urlExpiresAt: number,
  mimeType: text,
  fileName: text,
  caption: text,
  byteSize: number,
  width: number,
  height: number,
  durationSeconds: number,
  thumbnailUrl: text,
};

const parts: { readonly [Type in MessagePart['type']]: Fields<PartOf<Type>> } = {
  TEXT: { type: isString, text: isString },
  MEDIA: media,
  LOCATION: { type: isString, latitude: isNumber, longitude: isNumber, description: text },
  CONTACT_CARD: {
    type: isString,
    displayName: text,
    phones: orNull(listOf(isString)),
    whatsAppIds: orNull(listOf(isString)),
    organization: text,
    vcard: isString,
  },
  LINK: { type: isString, url: isString, title: text, description: text },
  QUOTE: {
    type: isString,
    nativeId: text,
    author: text,
    kind: isString,
    text,
    media: orNull(object(media)),
  },
  CUSTOM: { type: isString, data: text, description: text, extension: text, faceIndex: orLeftOut(isNumber) },
  ENCRYPTED: {
    type: isString,
    channel: isString,
    encryptedSecretKey: isString,
    publicKeyVersion: isNumber,
  },
  UNSUPPORTED: { type: isString, nativeType: isString, raw: isAnything },
};

const partChecks = new Map(Object.entries(parts).map(([type, fields]) => [type, object(fields)]));

const isPart: Check = (value) =>
  isObject(value) && typeof value['type'] === 'string' && (partChecks.get(value['type'])?.(value) ?? false);

const message: Fields<MessageRecord> = {
  provider: isString,
  channel: isString,
  key: isString,
  sequence: isString,
  sentAt: Number.isSafeInteger,
  direction: isString,
  kind: isString,
  availability: isString,
  nativeId: text,
  conversation: isConversation,
  sender: isParticipant,
  recipients: orNull(listOf(isParticipant)),
  agentAccount: orLeftOut(text),
  text,
  parts: orNull(listOf(isPart)),
};

const hasAllFields = object(message);

function isMessageRecord(value: unknown): value is MessageRecord {
  return hasAllFields(value);
}

/** @throws Error when the text is no message */
export function parseRecord(json: string): MessageRecord {
  const value: unknown = JSON.parse(json);
  if (!isMessageRecord(value)) throw new Error('The archive holds a record that is not a message');
  return value;
}
