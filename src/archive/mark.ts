import { isObject } from '../datasources/kit/json-value.ts';
import type { SourcePosition } from '../datasources/message-source.ts';
import { parseProgress, toProgress } from './progress.ts';

/** How far a pass has come. */
export interface Mark {
  /** Unix ms: what was sent before has been read. */
  until: number;
  /** Null: the pass has come to its end, and the next one starts at `until`. */
  position: SourcePosition | null;
  /**
   * Keys of what the pages before `position` have listed from `until` on, as those of one moment may be spread over two pages. Null: not
   * known.
   */
  listed: readonly string[] | null;
}

/** The mark of a pass that has come to its end. @param until Unix ms */
export function markAt(until: number): Mark {
  return { until, position: null, listed: [] };
}

export function toText({ until, position, listed }: Mark): string {
  return position === null ? JSON.stringify({ until }) : toProgress({ until, position }, { listed });
}

/** @returns null when there is none, or it was written by another version */
export function parseMark(text: string | null): Mark | null {
  const value: unknown = text === null ? null : JSON.parse(text);
  if (!isObject(value) || typeof value['until'] !== 'number') return null;
  const progress = parseProgress(text, 'ASC');
  if (!progress) return markAt(value['until']);
  const { listed } = value;
  const isList = Array.isArray(listed) && listed.every((key) => typeof key === 'string');
  return { ...progress, listed: isList ? listed : null };
}
