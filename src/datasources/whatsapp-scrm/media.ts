import type { MediaPart, MessageKind } from '../../domain/records.ts';
import { isObject } from '../kit/json-value.ts';
import { NO_MEDIA } from '../kit/no-media.ts';
import { toFileNameInUrl, toUrlExpiry } from './media-url.ts';

/** The JSON that stands for a file: in the content of a message, and in what a quote quotes. */
export interface MediaFields {
  filename: string;
  url: string;
  mimeType: string;
  /** How some of the provider's surfaces spell it. */
  mimetype: string;
  caption: string;
}

/** What is missing, or no text, is empty. @returns null when it is no object */
export function toMediaFields(content: unknown): MediaFields | null {
  if (!isObject(content)) return null;
  const { filename, url, mimeType, mimetype, caption } = content;
  return {
    filename: toField(filename),
    url: toField(url),
    mimeType: toField(mimeType),
    mimetype: toField(mimetype),
    caption: toField(caption),
  };
}

function toField(value: unknown): string {
  return typeof value === 'string' ? value.trim() : '';
}

/** The key of an object in the vendor's store, where the name of a file is not known. */
const STORAGE_KEY = /^[0-9A-F]*whatsapp[0-9A-F]{16,}$/i;

const mimeTypes: Readonly<Record<string, string>> = {
  aac: 'audio/aac',
  amr: 'audio/amr',
  doc: 'application/msword',
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  gif: 'image/gif',
  jpeg: 'image/jpeg',
  jpg: 'image/jpeg',
  m4a: 'audio/mp4',
  mp3: 'audio/mpeg',
  mp4: 'video/mp4',
  oga: 'audio/ogg',
  ogg: 'audio/ogg',
  opus: 'audio/ogg; codecs=opus',
  pdf: 'application/pdf',
  png: 'image/png',
  ppt: 'application/vnd.ms-powerpoint',
  pptx: 'application/vnd.openxmlformats-officedocument.presentationml.presentation',
  txt: 'text/plain',
  wav: 'audio/wav',
  webp: 'image/webp',
  xls: 'application/vnd.ms-excel',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  zip: 'application/zip',
};

/** What WhatsApp always uses for a kind, whatever the file is called. */
const mimeTypeOfKind: Partial<Record<MessageKind, string>> = { STICKER: 'image/webp', VIDEO: 'video/mp4' };

export function toMediaPart(kind: MessageKind, fields: MediaFields): MediaPart {
  const { url } = fields;
  const fileName = toFileName(fields);
  return {
    type: 'MEDIA',
    kind,
    ...NO_MEDIA,
    url: url === '' ? null : url,
    urlExpiresAt: toUrlExpiry(url),
    mimeType: toMimeType(kind, fields, fileName),
    fileName,
    caption: toCaption(fields),
  };
}

/** A file without a caption carries its own name there. */
export function toCaption({ caption, filename }: MediaFields): string | null {
  return caption === '' || caption === filename ? null : caption;
}

/** @returns the name the file came with; null for the provider's several ways to say that there was none */
export function toGivenFileName({ filename }: MediaFields): string | null {
  return filename === '' || filename === 'null' || STORAGE_KEY.test(filename) ? null : filename;
}

function toFileName(fields: MediaFields): string | null {
  return toGivenFileName(fields) ?? toFileNameInUrl(fields.url);
}

/** The provider also sends `audio`, `document` and `codecs=opus`, which are no media types. */
function toMimeType(kind: MessageKind, fields: MediaFields, fileName: string | null): string | null {
  const given = fields.mimeType === '' ? fields.mimetype : fields.mimeType;
  if (given.includes('/')) return given;
  if (given === 'codecs=opus') return 'audio/ogg; codecs=opus';
  const extension = /\.([A-Za-z0-9]+)$/.exec(fileName ?? '')?.[1]?.toLowerCase() ?? '';
  return (Object.hasOwn(mimeTypes, extension) ? mimeTypes[extension] : mimeTypeOfKind[kind]) ?? null;
}
