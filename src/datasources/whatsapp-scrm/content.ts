import { z } from 'zod';
import { parseProviderJson } from '../kit/json.ts';
import type { JsonValue, MessageKind, MessagePart, QuotePart } from '../records.ts';
import { mediaFields, toCaption, toGivenFileName, toMediaPart, type MediaFields } from './media.ts';
import { historyKinds } from './native-types.ts';
import { toContactCards } from './vcard.ts';
import { toWhatsAppId } from './whatsapp-id.ts';

/** What a message says. */
export interface Content {
  kind: MessageKind;
  text: string | null;
  parts: MessagePart[];
  /** The words that every surface gives alike, without URLs; empty when there are none. See message-key.ts. */
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
const quoteFields = mediaFields.extend({ type: nativeType, referContent: z.json().optional() });
const quotedFields = quoteFields.extend({
  whatsId: z.string().nullish().catch(null),
  msgId: z.string().nullish().catch(null),
});

/**
 * Reads the `content` of a record of the history.
 *
 * @param contentType the record's; null when it had none that could be read
 * @returns UNSUPPORTED, with everything that came, when the type is not known or the content is not of its type
 */
export function toContent(contentType: number | null, content: JsonValue): Content {
  const kind = contentType === null ? undefined : historyKinds.get(contentType);
  return (kind && readAs(kind, content)) ?? toUnsupported(contentType, content);
}

/** @returns Unix ms: when the URLs in it die, those that say so */
export function toUrlExpiries({ parts }: Content): number[] {
  const media = parts.map((part) =>
    part.type === 'QUOTE' ? part.media : part.type === 'MEDIA' ? part : null,
  );
  return media.flatMap((part) => part?.urlExpiresAt ?? []);
}

function readAs(kind: MessageKind, content: JsonValue): Content | null {
  switch (kind) {
    case 'TEXT':
      // Never looked into: people send each other JSON.
      return typeof content === 'string' ? toText(content) : null;
    case 'CONTACT_CARD':
      return typeof content === 'string' ? toCards(content) : null;
    case 'QUOTE':
      return toQuote(content);
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

function toMedia(kind: MessageKind, content: JsonValue): Content | null {
  const fields = mediaFields.safeParse(toJsonObject(content)).data;
  if (!fields) return null;
  return {
    kind,
    text: toCaption(fields),
    parts: [toMediaPart(kind, fields)],
    words: toMediaWords(kind, fields),
  };
}

/** A document's name is part of it; other files get theirs from whichever client they pass through. */
function toMediaWords(kind: MessageKind, fields: MediaFields): string {
  return toCaption(fields) ?? (kind === 'FILE' ? toGivenFileName(fields) : null) ?? '';
}

/** The answer's own words or file stand beside what it answers to. */
function toQuote(content: JsonValue): Content | null {
  const own = quoteFields.safeParse(toJsonObject(content)).data;
  if (!own) return null;
  const text = toCaption(own);
  const quoted = toQuotePart(own.referContent ?? null);
  const parts: MessagePart[] = [
    ...(quoted ? [quoted] : []),
    ...(own.url === ''
      ? text === null
        ? []
        : [{ type: 'TEXT' as const, text }]
      : [toMediaPart(toFileKind(own), own)]),
  ];
  return { kind: 'QUOTE', text, parts, words: text ?? '' };
}

function toQuotePart(content: JsonValue): QuotePart | null {
  const quoted = quotedFields.safeParse(toJsonObject(content)).data;
  if (!quoted) return null;
  const isText = quoted.url === '' && quoted.mimeType === '' && quoted.mimetype === '';
  const kind = isText ? 'TEXT' : toFileKind(quoted);
  return {
    type: 'QUOTE',
    nativeId: quoted.msgId ?? null,
    author: quoted.whatsId ? toWhatsAppId(quoted.whatsId).value : null,
    kind,
    text: toCaption(quoted),
    media: isText ? null : toMediaPart(kind, quoted),
  };
}

/** What a quote quotes, and answers with, is numbered as the surface numbers it; a file is a file in any case. */
function toFileKind({ type }: { type?: number | null | undefined }): MessageKind {
  const kind = type === null || type === undefined ? undefined : historyKinds.get(type);
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
function toJsonObject(content: JsonValue): unknown {
  if (typeof content !== 'string') return content;
  try {
    return parseProviderJson(content);
  } catch {
    // Not JSON is an answer too: the message becomes UNSUPPORTED and shows what came.
    return null;
  }
}
