import type { SqlReader } from '../../sql.ts';

/** Messages of one second, in all sources together. */
const IDS_OF_SECOND = 2 ** 21;
/** Beyond 2^53 a number does not hold each id; so this is in the year 2106. */
const LAST_SECOND = 2 ** 32 - 1;

/**
 * The least id of a message of the same second. Of a message with a smaller id, the second is not later.
 *
 * @param moment Unix ms; what is outside of 1970 to 2106 counts as the first or the last second of that
 */
export function toFirstId(moment: number): number {
  return Math.min(Math.max(Math.floor(moment / 1_000), 0), LAST_SECOND) * IDS_OF_SECOND;
}

/** The ids of messages of the same second as this one. @param id or the first one of a second. @returns the end is excluded */
export function idsOfSecond(id: number): { first: number; end: number } {
  const first = id - (id % IDS_OF_SECOND);
  return { first, end: first + IDS_OF_SECOND };
}

/** Gives ids to new messages. Of one unit: it knows those that it has given. */
export class MessageIds {
  readonly #sql: SqlReader;
  /** By the second's first id. */
  readonly #last = new Map<number, number>();

  constructor(sql: SqlReader) {
    this.#sql = sql;
  }

  /** @throws Error when the second is full */
  async next(sentAt: number): Promise<number> {
    const first = toFirstId(sentAt);
    const id = (this.#last.get(first) ?? (await this.#findLast(first))) + 1;
    if (id >= idsOfSecond(first).end)
      throw new Error(`The archive takes ${IDS_OF_SECOND - 1} messages of one second`);
    this.#last.set(first, id);
    return id;
  }

  async #findLast(first: number): Promise<number> {
    const [row] = await this.#sql.all(
      'SELECT MAX(id) AS id FROM archive_message WHERE id >= $1 AND id < $2',
      [first, idsOfSecond(first).end],
    );
    return Number(row?.['id'] ?? first);
  }
}
