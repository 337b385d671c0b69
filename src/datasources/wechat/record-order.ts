import { toDigest128 } from '../../util/crypto.ts';
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
  return { ...record, digest: toDigest128(identity) };
}

export interface ArrangedRecords {
  /** Oldest first. */
  records: readonly DigestedRecord[];
  /** The provider's order means nothing here: within a second the digests define one. */
  isShuffled: boolean;
}

/** What is known of a window beside its pages. */
export interface WindowState {
  /** Nothing more comes into it. */
  isClosed: boolean;
  /** A position in the window was made when it was held to be shuffled. */
  wasShuffled: boolean;
}

/**
 * Puts the pages of one window into one order that is the same on every read. One per channel: it learns.
 *
 * The pages follow each other by id, thus in time, but in which direction a page's own records run is not documented.
 * Ascending or descending times reveal it, and then the provider's order is kept within each second too: a question
 * stays before its answer, and new records come last. Otherwise its order means nothing, and the digests define one;
 * a message's place among them does not depend on the others, but new records may come anywhere in their second.
 *
 * A window that is over is judged by its own pages alone, so every reader comes to the same verdict. One that still
 * fills may look ordered now and shuffled later. So it counts as shuffled, too, once any window has turned out to be,
 * and whenever the position that it is read from says so.
 *
 * What remains: a channel that has not met a shuffled window since it was started takes the first records of an open
 * one as ordered. Until it knows better, a new record may take a place already passed in the running second. If the
 * walk still stands in that second when the channel knows, it reads all of it again: what was skipped comes, and the
 * other records come twice. And a walk newest first that begins in the running second, and changes direction later,
 * does not see what joined the messages of that second which it had passed.
 */
export class RecordOrder {
  #isShuffled = false;

  /** Whether a window counts as shuffled before its pages are looked at. */
  holdsShuffled({ isClosed, wasShuffled }: WindowState): boolean {
    if (wasShuffled) this.#isShuffled = true;
    return wasShuffled || (!isClosed && this.#isShuffled);
  }

  arrange(pages: readonly (readonly DigestedRecord[])[], state: WindowState): ArrangedRecords {
    const isDescending = pages.some((page) => directionOf(page) === 'descending');
    const records = pages.flatMap((page) => (isDescending ? [...page].reverse() : page));
    const isShuffled = this.holdsShuffled(state) || !isAscending(records);
    if (isShuffled) this.#isShuffled = true;
    if (isShuffled) records.sort((a, b) => a.time - b.time || compareTexts(a.digest, b.digest));
    return { records, isShuffled };
  }
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
