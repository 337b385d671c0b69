import { z } from 'zod';

/**
 * The contents of message elements, by `MsgType`, as far as they are read. Names differ in their case from one element
 * to the next (`URL` and `Url`, `FileName` and `fileName`).
 *
 * @see https://www.tencentcloud.com/document/product/1047/33527
 */

export const element = z.object({ MsgType: z.string().min(1), MsgContent: z.unknown().optional() });

const text = z
  .string()
  .nullish()
  .transform((value) => value ?? null);
const decimal = z.union([
  z.number(),
  z
    .string()
    .regex(/^-?\d+(\.\d+)?$/)
    .transform(Number),
]);
/** Senders fill in 0 where they do not know. */
const measure = decimal
  .nullish()
  .catch(null)
  .transform((value) => (value && value > 0 ? value : null));
const imageFiles = z.array(
  z.object({ Type: decimal, Size: measure, Width: measure, Height: measure, URL: text, Url: text }),
);

export const textContent = z.object({ Text: z.string() });
export const faceContent = z.object({ Index: decimal, Data: text });
export const locationContent = z.object({ Desc: text, Latitude: decimal, Longitude: decimal });
export const customContent = z.object({ Data: text, Desc: text, Ext: text });
export const soundContent = z.object({ Url: text, Size: measure, Second: measure });
export const imageContent = z.object({ ImageFormat: decimal.catch(0), ImageInfoArray: imageFiles });
export const fileContent = z.object({ Url: text, FileSize: measure, FileName: text, fileName: text });
export const videoContent = z.object({
  VideoUrl: text,
  VideoSize: measure,
  VideoSecond: measure,
  VideoFormat: text,
  ThumbUrl: text,
});
export const relayContent = z.object({
  Title: text,
  CompatibleText: text,
  AbstractList: z.array(z.string()).catch([]),
  /** Missing from forwards that are longer than the provider sends along. */
  MsgList: z.array(z.object({ MsgBody: z.unknown().optional() })).catch([]),
});
