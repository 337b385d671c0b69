import { isJsonValue, isObject } from '../datasources/kit/json-value.ts';
import type { Order, SourcePosition } from '../datasources/message-source.ts';

/** Where the next page of a job begins. */
export interface Progress {
  position: SourcePosition;
  /** Unix ms: where the gap ends when that page comes, or begins for a job that reads upwards. */
  until: number;
}

/** @param others what the job keeps besides */
export function toProgress({ position, until }: Progress, others: object = {}): string {
  const { page, passed, isPassedExcluded, watermark } = position;
  return JSON.stringify({ ...others, until, page, passed, isPassedExcluded, watermark });
}

/** @returns null when there is none, or it was written by another version */
export function parseProgress(text: string | null, order: Order): Progress | null {
  const value: unknown = text === null ? null : JSON.parse(text);
  if (!isObject(value)) return null;
  const { until, page, passed, isPassedExcluded, watermark } = value;
  if (typeof until !== 'number' || !isJsonValue(page) || typeof isPassedExcluded !== 'boolean') return null;
  if (!(passed === null || typeof passed === 'string')) return null;
  if (!(watermark === null || typeof watermark === 'number')) return null;
  return { until, position: { order, page, passed, isPassedExcluded, watermark } };
}
