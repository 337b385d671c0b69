import type { JsonValue, MediaPart, MessageKind, MessagePart } from '../../domain/records.ts';
import { isObject } from '../kit/json-value.ts';
import { NO_MEDIA } from '../kit/no-media.ts';
import {
  ContentError,
  readDecimal,
  toContent,
  toDecimal,
  toMeasure,
  toObjects,
  toText,
} from './element-content.ts';
import { toElements } from './wire.ts';

export const ELEMENT_KINDS = [
  'TEXT',
  'STICKER',
  'LOCATION',
  'CUSTOM',
  'AUDIO',
  'IMAGE',
  'FILE',
  'VIDEO',
  'FORWARD',
  'UNSUPPORTED',
] as const satisfies readonly MessageKind[];

type ElementKind = (typeof ELEMENT_KINDS)[number];

/** What one element of a message's body is to a reader. */
export interface ElementReading {
  kind: ElementKind;
  parts: MessagePart[];
  /** Null: the element says nothing in words. */
  text: string | null;
}

/** Merged forwards may hold merged forwards; deeper ones are kept raw. */
const MAX_FORWARD_DEPTH = 3;

const THUMBNAIL_IMAGE = 3;
/** The original, the large image, the thumbnail. */
const IMAGES_BEST_FIRST = [1, 2, THUMBNAIL_IMAGE];
const IMAGE_TYPES: Readonly<Record<number, string>> = {
  1: 'image/jpeg',
  2: 'image/gif',
  3: 'image/png',
  4: 'image/bmp',
};

type Reader = (content: Record<string, unknown>, depth: number) => ElementReading;

/** By `MsgType`. Each throws ContentError when the content is not of its type. */
const READERS: Readonly<Record<string, Reader>> = {
  TIMTextElem: ({ Text }) => {
    if (typeof Text !== 'string') throw new ContentError('Text must be a text');
    return { kind: 'TEXT', parts: [{ type: 'TEXT', text: Text }], text: Text };
  },
  TIMFaceElem: (content) => {
    const [index, data] = [toDecimal(content['Index']), toText(content['Data'])];
    // Index and Data only mean something in the app's own set of faces.
    const part = {
      type: 'CUSTOM',
      data,
      description: `face ${index}`,
      extension: null,
      ...(isInt32(index) ? { faceIndex: index } : {}),
    } as const;
    return { kind: 'STICKER', parts: [part], text: null };
  },
  TIMLocationElem: (content) => {
    const description = toText(content['Desc']);
    const [latitude, longitude] = [toDecimal(content['Latitude']), toDecimal(content['Longitude'])];
    const part = { type: 'LOCATION', latitude, longitude, description } as const;
    return { kind: 'LOCATION', parts: [part], text: description };
  },
  TIMCustomElem: (content) => {
    const description = toText(content['Desc']);
    const [data, extension] = [toText(content['Data']), toText(content['Ext'])];
    const part = { type: 'CUSTOM', data, description, extension } as const;
    return { kind: 'CUSTOM', parts: [part], text: description };
  },
  TIMSoundElem: ({ Url, Size, Second }) =>
    toMedia({
      kind: 'AUDIO',
      url: toUrl(Url),
      byteSize: toMeasure(Size),
      durationSeconds: toMeasure(Second),
    }),
  TIMImageElem: ({ ImageFormat, ImageInfoArray }) => {
    const files = toObjects(ImageInfoArray).map((file) => ({
      type: toDecimal(file['Type']),
      size: toMeasure(file['Size']),
      width: toMeasure(file['Width']),
      height: toMeasure(file['Height']),
      url: toText(file['URL']) ?? toText(file['Url']),
    }));
    const ofType = (type: number) => files.find((file) => file.type === type);
    const [best] = IMAGES_BEST_FIRST.flatMap((type) => ofType(type) ?? []);
    return toMedia({
      kind: 'IMAGE',
      url: toUrl(best?.url),
      mimeType: IMAGE_TYPES[readDecimal(ImageFormat) ?? 0] ?? null,
      byteSize: best?.size ?? null,
      width: best?.width ?? null,
      height: best?.height ?? null,
      thumbnailUrl: toUrl(ofType(THUMBNAIL_IMAGE)?.url),
    });
  },
  TIMFileElem: ({ Url, FileSize, FileName, fileName }) => {
    const [name, otherName] = [toText(FileName), toText(fileName)];
    return toMedia({
      kind: 'FILE',
      url: toUrl(Url),
      byteSize: toMeasure(FileSize),
      fileName: toBaseName(name) ?? toBaseName(otherName),
    });
  },
  TIMVideoFileElem: ({ VideoUrl, VideoFormat, VideoSize, VideoSecond, ThumbUrl }) =>
    toMedia({
      kind: 'VIDEO',
      url: toUrl(VideoUrl),
      mimeType: toText(VideoFormat)?.toLowerCase() === 'mp4' ? 'video/mp4' : null,
      byteSize: toMeasure(VideoSize),
      durationSeconds: toMeasure(VideoSecond),
      thumbnailUrl: toUrl(ThumbUrl),
    }),
  TIMRelayElem: readForward,
};

/** Never throws: what cannot be read is kept raw. @see https://www.tencentcloud.com/document/product/1047/33527 */
export function readElement(value: unknown, depth = 0): ElementReading {
  const type = isObject(value) ? value['MsgType'] : null;
  if (!isObject(value) || typeof type !== 'string' || type === '') return toUnsupported('unknown', value);
  const content = value['MsgContent'];
  const reader = Object.hasOwn(READERS, type) ? READERS[type] : undefined;
  if (!reader || depth > MAX_FORWARD_DEPTH) return toUnsupported(type, content);
  try {
    return reader(toContent(content), depth);
  } catch (error) {
    if (error instanceof ContentError) return toUnsupported(type, content);
    throw error;
  }
}

function readForward(content: Record<string, unknown>, depth: number): ElementReading {
  const { AbstractList, MsgList } = content;
  const [title, compatibleText] = [toText(content['Title']), toText(content['CompatibleText'])];
  const abstract = Array.isArray(AbstractList) && AbstractList.every(isString) ? AbstractList : [];
  const lines = [title, ...abstract].filter((line) => line !== null && line !== '');
  const summary = lines.length > 0 ? lines.join('\n') : compatibleText;
  // Missing from forwards that are longer than the provider sends along.
  const messages = Array.isArray(MsgList) && MsgList.every(isObject) ? MsgList : [];
  const forwarded = messages.flatMap(({ MsgBody }) => toElements(MsgBody));
  return {
    kind: 'FORWARD',
    parts: [
      ...(summary ? [{ type: 'TEXT', text: summary } as const] : []),
      ...forwarded.flatMap((inner) => readElement(inner, depth + 1).parts),
    ],
    text: summary,
  };
}

function isString(value: unknown): value is string {
  return typeof value === 'string';
}

function toMedia(media: Partial<MediaPart> & { kind: ElementKind }): ElementReading {
  return { kind: media.kind, parts: [{ type: 'MEDIA', ...NO_MEDIA, ...media }], text: null };
}

function toUnsupported(nativeType: string, raw: unknown): ElementReading {
  // It came out of a JSON parser, so it is a JsonValue; undefined is not one.
  return {
    kind: 'UNSUPPORTED',
    parts: [{ type: 'UNSUPPORTED', nativeType, raw: (raw ?? null) as JsonValue }],
    text: null,
  };
}

/** As GraphQL can show it. */
function isInt32(value: number): boolean {
  return (value | 0) === value;
}

/** Some senders leave a path of their own disk. */
function toBaseName(fileName: string | null): string | null {
  if (!fileName) return null;
  if (!fileName.startsWith('file://')) return fileName;
  const name = fileName.slice(fileName.lastIndexOf('/') + 1);
  try {
    return decodeURIComponent(name);
  } catch {
    // A path that was never percent-encoded may hold a bare "%".
    return name;
  }
}

/** @throws ContentError */
function toUrl(value: unknown): string | null {
  const url = toText(value);
  return url && URL.canParse(url) && /^https?:/i.test(url) ? url : null;
}
