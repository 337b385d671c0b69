import { isObject } from '../kit/json-value.ts';

/**
 * Reads the fields of message elements. Names differ in their case from one element to the next (`URL` and `Url`,
 * `FileName` and `fileName`). Pages have thousands of these: functions take a tenth of the time of schemas.
 *
 * @see https://www.tencentcloud.com/document/product/1047/33527
 */

/** The content is not what its type says. */
export class ContentError extends Error {
  override readonly name = 'ContentError';
}

const DECIMAL = /^-?\d+(?:\.\d+)?$/;

/** @throws ContentError */
export function toContent(value: unknown): Record<string, unknown> {
  if (isObject(value)) return value;
  throw new ContentError('The content must be an object');
}

/** @returns null where there is none. @throws ContentError */
export function toText(value: unknown): string | null {
  if (typeof value === 'string') return value;
  if (value === undefined || value === null) return null;
  throw new ContentError('It must be a text');
}

/** @throws ContentError */
export function toDecimal(value: unknown): number {
  const decimal = readDecimal(value);
  if (decimal === null) throw new ContentError('It must be a number');
  return decimal;
}

/** @returns null for anything but a number greater than 0: senders fill in 0 where they do not know */
export function toMeasure(value: unknown): number | null {
  const measure = readDecimal(value);
  return measure !== null && measure > 0 ? measure : null;
}

/** @returns null for anything but a number */
export function readDecimal(value: unknown): number | null {
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  return typeof value === 'string' && DECIMAL.test(value) ? Number(value) : null;
}

/** @throws ContentError */
export function toObjects(value: unknown): Record<string, unknown>[] {
  if (!Array.isArray(value)) throw new ContentError('It must be a list');
  return value.map(toContent);
}
