import { createHash } from 'node:crypto';
import type { Random } from '../random.ts';
import type { WeComRecord } from './history.ts';

export interface StreamPage {
  records: WeComRecord[];
  nextCursor: string;
  hasMore: boolean;
}

/** How many places a delayed message falls behind at most. */
const MAX_DELAY = 30;

/** The messages in the order in which they reached WeCom, read forward only. */
export class WeComStream {
  readonly records: WeComRecord[];
  readonly #seed: number;
  /** The place of each cursor that was given out. */
  readonly #places = new Map<string, number>();

  constructor(seed: number, records: WeComRecord[]) {
    this.#seed = seed;
    this.records = records;
  }

  append(record: WeComRecord): void {
    this.records.push(record);
  }

  /** Lets some of the messages come after newer ones, but not after others of their second. @param share of 1 */
  delay(random: Random, share: number): void {
    for (let index = this.records.length - 1; index >= 0; index--) {
      if (!random.chance(share)) continue;
      const delayed = this.records.splice(index, 1);
      this.records.splice(index + random.between(1, MAX_DELAY), 0, ...delayed);
    }
    const inTurn = Map.groupBy(
      this.records.toSorted((a, b) => (a.msgid < b.msgid ? -1 : 1)),
      ({ send_time }) => send_time,
    );
    for (const [index, record] of this.records.entries()) {
      this.records[index] = inTurn.get(record.send_time)?.shift() ?? record;
    }
  }

  /** @param since Unix ms, inclusive */
  firstSince(since: number): number {
    const index = this.records.findIndex(({ send_time }) => send_time * 1000 >= since);
    return index === -1 ? this.records.length : index;
  }

  /** @returns null for a cursor that was never given out */
  indexOf(cursor: string): number | null {
    return this.#places.get(cursor) ?? null;
  }

  /** @param oldestKept Unix ms: what was sent before is gone */
  read(from: number, limit: number, oldestKept: number): StreamPage {
    const records: WeComRecord[] = [];
    let index = from;
    for (; index < this.records.length && records.length < limit; index++) {
      const record = this.records[index];
      if (record && record.send_time * 1000 >= oldestKept) records.push(record);
    }
    return { records, nextCursor: this.#cursorAt(index), hasMore: index < this.records.length };
  }

  #cursorAt(index: number): string {
    const cursor = `C${createHash('sha256').update(`${this.#seed}:${index}`).digest('base64url').slice(0, 30)}`;
    this.#places.set(cursor, index);
    return cursor;
  }
}
