import { createHash } from 'node:crypto';
import type { ChatRecord } from './wire.ts';

/** A record with what stands in for the id that the provider does not give. */
export interface DigestedRecord extends ChatRecord {
  /** 128 bits over all that tells one record of a second from another; equal for identical ones. */
  digest: string;
}

export function withDigest(record: ChatRecord): DigestedRecord {
  const { openId, worker, operationCode, text, raw } = record;
  // A record that lacks a field is told from others by all that it has.
  const isWhole = openId !== null && worker !== null && operationCode !== null && text !== null;
  const identity = JSON.stringify(isWhole ? [openId, worker, operationCode, text] : [raw]);
  const digest = createHash('sha256').update(identity).digest().subarray(0, 16).toString('base64url');
  return { ...record, digest };
}

/**
 * Puts the pages of one window into one order that is the same on every read.
 *
 * The pages follow each other by id, thus in time, but which way a page's own records run is not documented. Ascending
 * or descending times give the way away, and then the provider's order is kept within each second too. Otherwise its order
 * means nothing, and the digests make one.
 */
export function orderRecords(pages: readonly (readonly DigestedRecord[])[]): DigestedRecord[] {
  const isDescending = pages.some((page) => directionOf(page) === 'descending');
  const records = pages.flatMap((page) => (isDescending ? [...page].reverse() : page));
  return isAscending(records)
    ? records
    : records.sort((a, b) => a.time - b.time || compareTexts(a.digest, b.digest));
}

function directionOf(page: readonly DigestedRecord[]): 'descending' | 'other' {
  const first = page[0];
  const last = page.at(-1);
  return first && last && first.time > last.time && isAscending([...page].reverse()) ? 'descending' : 'other';
}

function isAscending(records: readonly DigestedRecord[]): boolean {
  return records.every((record, index) => record.time >= (records[index - 1]?.time ?? 0));
}

function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
