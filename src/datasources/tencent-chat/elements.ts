import { z } from 'zod';
import type { JsonValue, MediaPart, MessageKind, MessagePart } from '../../domain/records.ts';
import {
  element,
  customContent,
  faceContent,
  fileContent,
  imageContent,
  locationContent,
  relayContent,
  soundContent,
  textContent,
  videoContent,
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

const NO_MEDIA = {
  type: 'MEDIA',
  url: null,
  urlExpiresAt: null,
  mimeType: null,
  fileName: null,
  caption: null,
  byteSize: null,
  width: null,
  height: null,
  durationSeconds: null,
  thumbnailUrl: null,
} as const;

type Reader = (content: unknown, depth: number) => ElementReading;

/** By `MsgType`. Each throws ZodError when the content is not of its type. */
const READERS: Readonly<Record<string, Reader>> = {
  TIMTextElem: (content) => {
    const { Text } = textContent.parse(content);
    return { kind: 'TEXT', parts: [{ type: 'TEXT', text: Text }], text: Text };
  },
  TIMFaceElem: (content) => {
    const { Index, Data } = faceContent.parse(content);
    // Index and Data only mean something in the app's own set of faces.
    const part = {
      type: 'CUSTOM',
      data: Data,
      description: `face ${Index}`,
      extension: null,
      ...(isInt32(Index) ? { faceIndex: Index } : {}),
    } as const;
    return { kind: 'STICKER', parts: [part], text: null };
  },
  TIMLocationElem: (content) => {
    const { Desc, Latitude, Longitude } = locationContent.parse(content);
    const part = { type: 'LOCATION', latitude: Latitude, longitude: Longitude, description: Desc } as const;
    return { kind: 'LOCATION', parts: [part], text: Desc };
  },
  TIMCustomElem: (content) => {
    const { Data, Desc, Ext } = customContent.parse(content);
    const part = { type: 'CUSTOM', data: Data, description: Desc, extension: Ext } as const;
    return { kind: 'CUSTOM', parts: [part], text: Desc };
  },
  TIMSoundElem: (content) => {
    const { Url, Size, Second } = soundContent.parse(content);
    return toMedia({ kind: 'AUDIO', url: toUrl(Url), byteSize: Size, durationSeconds: Second });
  },
  TIMImageElem: (content) => {
    const { ImageFormat, ImageInfoArray } = imageContent.parse(content);
    const ofType = (type: number) => ImageInfoArray.find((file) => file.Type === type);
    const [best] = IMAGES_BEST_FIRST.flatMap((type) => ofType(type) ?? []);
    const thumbnail = ofType(THUMBNAIL_IMAGE);
    return toMedia({
      kind: 'IMAGE',
      url: toUrl(best?.URL ?? best?.Url),
      mimeType: IMAGE_TYPES[ImageFormat] ?? null,
      byteSize: best?.Size ?? null,
      width: best?.Width ?? null,
      height: best?.Height ?? null,
      thumbnailUrl: toUrl(thumbnail?.URL ?? thumbnail?.Url),
    });
  },
  TIMFileElem: (content) => {
    const { Url, FileSize, FileName, fileName } = fileContent.parse(content);
    const name = toBaseName(FileName) ?? toBaseName(fileName);
    return toMedia({ kind: 'FILE', url: toUrl(Url), byteSize: FileSize, fileName: name });
  },
  TIMVideoFileElem: (content) => {
    const video = videoContent.parse(content);
    return toMedia({
      kind: 'VIDEO',
      url: toUrl(video.VideoUrl),
      mimeType: video.VideoFormat?.toLowerCase() === 'mp4' ? 'video/mp4' : null,
      byteSize: video.VideoSize,
      durationSeconds: video.VideoSecond,
      thumbnailUrl: toUrl(video.ThumbUrl),
    });
  },
  TIMRelayElem: readForward,
};

/** Never throws: what cannot be read is kept raw. @see https://www.tencentcloud.com/document/product/1047/33527 */
export function readElement(value: unknown, depth = 0): ElementReading {
  const { data } = element.safeParse(value);
  if (!data) return toUnsupported('unknown', value);
  const reader = Object.hasOwn(READERS, data.MsgType) ? READERS[data.MsgType] : undefined;
  if (!reader || depth > MAX_FORWARD_DEPTH) return toUnsupported(data.MsgType, data.MsgContent);
  try {
    return reader(data.MsgContent, depth);
  } catch (error) {
    if (error instanceof z.ZodError) return toUnsupported(data.MsgType, data.MsgContent);
    throw error;
  }
}

function readForward(content: unknown, depth: number): ElementReading {
  const { Title, CompatibleText, AbstractList, MsgList } = relayContent.parse(content);
  const lines = [Title, ...AbstractList].filter((line) => line !== null && line !== '');
  const summary = lines.length > 0 ? lines.join('\n') : CompatibleText;
  const forwarded = MsgList.flatMap(({ MsgBody }) => toElements(MsgBody));
  return {
    kind: 'FORWARD',
    parts: [
      ...(summary ? [{ type: 'TEXT', text: summary } as const] : []),
      ...forwarded.flatMap((inner) => readElement(inner, depth + 1).parts),
    ],
    text: summary,
  };
}

function toMedia(media: Partial<MediaPart> & { kind: ElementKind }): ElementReading {
  return { kind: media.kind, parts: [{ ...NO_MEDIA, ...media }], text: null };
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

function toUrl(url: string | null | undefined): string | null {
  return url && URL.canParse(url) && /^https?:/i.test(url) ? url : null;
}
