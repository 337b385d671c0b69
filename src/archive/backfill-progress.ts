import { isJsonValue, isObject } from '../datasources/kit/json-value.ts';
import type { SourcePosition } from '../datasources/message-source.ts';

/** Where the next page of a gap begins. */
export interface BackfillProgress {
  position: SourcePosition;
  /** Unix ms: where the gap ends when that page comes. */
  until: number;
}

export function toProgress({ position, until }: BackfillProgress): string {
  const { page, passed, isPassedExcluded, watermark } = position;
  return JSON.stringify({ until, page, passed, isPassedExcluded, watermark });
}

/** @returns null when there is none, or it was written by another version */
export function parseProgress(text: string | null): BackfillProgress | null {
  const value: unknown = text === null ? null : JSON.parse(text);
  if (!isObject(value)) return null;
  const { until, page, passed, isPassedExcluded, watermark } = value;
  if (typeof until !== 'number' || !isJsonValue(page) || typeof isPassedExcluded !== 'boolean') return null;
  if (!(passed === null || typeof passed === 'string')) return null;
  if (!(watermark === null || typeof watermark === 'number')) return null;
  return { until, position: { order: 'DESC', page, passed, isPassedExcluded, watermark } };
}
