import { z } from 'zod';
import { parseProviderJson } from '../kit/json.ts';
import type { JsonValue, MessageKind, MessagePart, QuotePart } from '../../domain/records.ts';
import { toCaption, toGivenFileName, toMediaFields, toMediaPart, type MediaFields } from './media.ts';
import { historyNumbering, type Numbering } from './native-types.ts';
import { toContactCards } from './vcard.ts';
import { toWhatsAppId } from './whatsapp-id.ts';

/** What a message says. */
export interface Content {
  kind: MessageKind;
  text: string | null;
  parts: MessagePart[];
  /** The text that every API gives alike, without URLs; empty when there is none. See message-key.ts. */
  words: string;
}

const nativeType = z
  .union([
    z.int(),
    z
      .string()
      .regex(/^\d{1,3}$/)
      .transform(Number),
  ])
  .nullish()
  .catch(null);
const quoteFields = z.object({ type: nativeType, referContent: z.unknown().optional() });
const quotedFields = z.object({
  type: nativeType,
  whatsId: z.string().nullish().catch(null),
  msgId: z.string().nullish().catch(null),
  /** How CLIENT_SYNC_MESSAGE calls the two. */
  whatsApp: z.string().nullish().catch(null),
  messageId: z.string().nullish().catch(null),
});
const degrees = z.union([
  z.number(),
  z
    .string()
    .regex(/^-?\d{1,3}(\.\d+)?$/)
    .transform(Number),
]);
/** The format of a location is not published; anything else than this is shown as it came. */
const placeFields = z.object({
  latitude: degrees,
  longitude: degrees,
  description: z.string().nullish().catch(null),
});
/** As the provider's API for sending takes them; what it pushes has not been published. */
const linkFields = z.object({
  url: z.string().nullish().catch(null),
  link: z.string().nullish().catch(null),
  title: z.string().nullish().catch(null),
  text: z.string().nullish().catch(null),
});

/**
 * Reads the content of a message.
 *
 * @param nativeType its number in `numbering`; null when it had none that could be read
 * @returns UNSUPPORTED, with everything that came, when the type is not known or the content is not of its type
 */
export function toContent(
  nativeType: number | null,
  content: JsonValue,
  { types, quotedTypes }: Numbering = historyNumbering,
): Content {
  const kind = nativeType === null ? undefined : types.get(nativeType);
  const unsupported = toUnsupported(nativeType, content);
  // That there was a call is all that can be told of it.
  if (kind === 'CALL') return { ...unsupported, kind };
  return (kind && readAs(kind, content, quotedTypes)) ?? unsupported;
}

function readAs(kind: MessageKind, content: JsonValue, quotedTypes: Numbering['types']): Content | null {
  switch (kind) {
    case 'TEXT':
      // Never looked into: people send each other JSON.
      return typeof content === 'string' ? toText(content) : null;
    case 'CONTACT_CARD':
      return typeof content === 'string' ? toCards(content) : null;
    case 'QUOTE':
      return toQuote(content, quotedTypes);
    case 'LOCATION':
      return toPlace(content);
    case 'LINK':
      return toLink(content);
    case 'UNSUPPORTED':
      return null;
    default:
      return toMedia(kind, content);
  }
}

function toText(text: string): Content {
  return { kind: 'TEXT', text, parts: [{ type: 'TEXT', text }], words: text };
}

function toCards(vcard: string): Content | null {
  const parts = toContactCards(vcard);
  if (parts.length === 0) return null;
  const names = parts.flatMap(({ displayName }) => displayName ?? []);
  return { kind: 'CONTACT_CARD', text: names.length === 0 ? null : names.join(', '), parts, words: vcard };
}

function toPlace(content: JsonValue): Content | null {
  const place = placeFields.safeParse(toJsonObject(content)).data;
  if (!place) return null;
  const { latitude, longitude, description = null } = place;
  const part = { type: 'LOCATION' as const, latitude, longitude, description };
  return { kind: 'LOCATION', text: description, parts: [part], words: '' };
}

function toLink(content: JsonValue): Content | null {
  const { url, link, title = null, text = null } = linkFields.safeParse(toJsonObject(content)).data ?? {};
  const target = link === undefined || link === null || link === '' ? url : link;
  if (target === undefined || target === null || target === '') return null;
  const part = { type: 'LINK' as const, url: target, title, description: text };
  return { kind: 'LINK', text: title ?? text, parts: [part], words: '' };
}

function toMedia(kind: MessageKind, content: JsonValue): Content | null {
  const fields = toMediaFields(toJsonObject(content));
  if (!fields) return null;
  return {
    kind,
    text: toCaption(fields),
    parts: [toMediaPart(kind, fields)],
    words: toMediaWords(kind, fields),
  };
}

/** A document's name is part of it; other files get theirs from the clients that they pass through. */
function toMediaWords(kind: MessageKind, fields: MediaFields): string {
  const caption = toCaption(fields);
  // Some of the provider's clients write "null" for what is not there.
  return (caption === 'null' ? null : caption) ?? (kind === 'FILE' ? toGivenFileName(fields) : null) ?? '';
}

/** The answer's own words or file stand beside what it answers to. */
function toQuote(content: JsonValue, quotedTypes: Numbering['types']): Content | null {
  const json = toJsonObject(content);
  const [file, own] = [toMediaFields(json), quoteFields.safeParse(json).data];
  if (!file || !own) return null;
  const text = toCaption(file);
  const quoted = toQuotePart(own.referContent ?? null, quotedTypes);
  const parts: MessagePart[] = [
    ...(quoted ? [quoted] : []),
    ...(file.url === ''
      ? text === null
        ? []
        : [{ type: 'TEXT' as const, text }]
      : [toMediaPart(toFileKind(own.type, quotedTypes), file)]),
  ];
  return { kind: 'QUOTE', text, parts, words: text ?? '' };
}

function toQuotePart(content: unknown, quotedTypes: Numbering['types']): QuotePart | null {
  const json = toJsonObject(content);
  const [file, quoted] = [toMediaFields(json), quotedFields.safeParse(json).data];
  if (!file || !quoted) return null;
  const isText = file.url === '' && file.mimeType === '' && file.mimetype === '';
  const kind = isText ? 'TEXT' : toFileKind(quoted.type, quotedTypes);
  const author = quoted.whatsId ?? quoted.whatsApp;
  return {
    type: 'QUOTE',
    nativeId: quoted.msgId ?? quoted.messageId ?? null,
    author: author ? toWhatsAppId(author).value : null,
    kind,
    text: toCaption(file),
    media: isText ? null : toMediaPart(kind, file),
  };
}

/** What a quote quotes, and answers with, is numbered as the surface numbers it; a file is a file in any case. */
function toFileKind(type: number | null | undefined, quotedTypes: Numbering['types']): MessageKind {
  const kind = type === null || type === undefined ? undefined : quotedTypes.get(type);
  return kind === 'IMAGE' || kind === 'VIDEO' || kind === 'AUDIO' || kind === 'STICKER' ? kind : 'FILE';
}

function toUnsupported(contentType: number | null, content: JsonValue): Content {
  const nativeType = contentType === null ? 'unknown' : String(contentType);
  return {
    kind: 'UNSUPPORTED',
    text: null,
    parts: [{ type: 'UNSUPPORTED', nativeType, raw: content }],
    words: '',
  };
}

/** JSON inside JSON: the provider sends objects both as text and as they are. Null when it is neither. */
export function toJsonObject(content: unknown): unknown {
  if (typeof content !== 'string') return content;
  try {
    return parseProviderJson(content);
  } catch {
    // Not JSON is an answer too: the message becomes UNSUPPORTED and shows what came.
    return null;
  }
}
