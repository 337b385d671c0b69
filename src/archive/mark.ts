import { isObject } from '../datasources/kit/json-value.ts';
import type { SourcePosition } from '../datasources/message-source.ts';
import { parseProgress, toProgress } from './progress.ts';

/** How far a pass has come. */
export interface Mark {
  /** Unix ms: what was sent before has been read. */
  until: number;
  /** Null: the pass has come to its end, and the next one starts at `until`. */
  position: SourcePosition | null;
  /** What the pages before `position` have listed from `until` on. */
  listed: readonly ListedKey[];
  /** Unix ms, `until` or later: of what was sent before, more may be listed than those pages have. */
  sureFrom: number;
}

/** The key of a message, and when it was sent, in Unix ms. */
export type ListedKey = readonly [key: string, sentAt: number];

/** The mark of a pass that has come to its end. @param until Unix ms */
export function markAt(until: number): Mark {
  return { until, position: null, listed: [], sureFrom: until };
}

export function toText({ until, position, listed, sureFrom }: Mark): string {
  return position === null
    ? JSON.stringify({ until })
    : toProgress({ until, position }, { listed, sureFrom });
}

/** @returns null when there is none, or it was written by another version */
export function parseMark(text: string | null): Mark | null {
  const value: unknown = text === null ? null : JSON.parse(text);
  if (!isObject(value) || typeof value['until'] !== 'number') return null;
  const progress = parseProgress(text, 'ASC');
  if (!progress) return markAt(value['until']);
  const { listed, sureFrom } = value;
  if (typeof sureFrom === 'number' && Array.isArray(listed) && listed.every(isListedKey))
    return { ...progress, listed, sureFrom };
  // Of another version: nothing is known of the moment that may be spread over two pages.
  return { ...progress, listed: [], sureFrom: progress.until + 1 };
}

function isListedKey(value: unknown): value is ListedKey {
  return (
    Array.isArray(value) && value.length === 2 && typeof value[0] === 'string' && typeof value[1] === 'number'
  );
}
