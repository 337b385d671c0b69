import type { SqlReader } from '../../sql.ts';
import { inBatches } from '../in-batches.ts';
import { Values, type Selection } from './index/statement.ts';
import type { StoredPlace } from './stored-place.ts';

/** Of whom the first or the last message is looked for, in a conversation or in a source. */
export interface WantedEnds {
  /** The conversation's or the source's. */
  id: number;
  participant: number;
  /** Unix ms: its first message is not before it. Null: it is not looked for. */
  firstFrom: number | null;
  /** Unix ms: its last message is not after it. Null: it is not looked for. */
  lastUntil: number | null;
}

/** Null: it was not looked for, or there is none. */
export interface Ends {
  /** Unix ms. */
  firstAt: number | null;
  last: StoredPlace | null;
}

/**
 * The ends of what is kept of participants, each by an index, from where the search begins to the first message that is to or from
 * the participant.
 *
 * @param scope the column that `id` is of
 * @param most so many messages are looked at for each end, from there on. Left out: all
 * @returns by id and participant, with a space between
 */
export async function findEnds(
  tx: SqlReader,
  scope: 'conversation' | 'source',
  wanted: readonly WantedEnds[],
  most?: number,
): Promise<Map<string, Ends>> {
  const found = new Map<string, Ends>();
  const some = wanted.filter(({ firstFrom, lastUntil }) => firstFrom !== null || lastUntil !== null);
  for (const batch of inBatches(some)) {
    const rows = await tx.all(...selectEnds(scope, batch, most));
    for (const row of rows) {
      const firstAt = row['first_at'] ?? null;
      found.set(`${Number(row['id'])} ${Number(row['participant'])}`, {
        firstAt: firstAt === null ? null : Number(firstAt),
        last: toPlace(row['last_place']),
      });
    }
  }
  return found;
}

export function selectEnds(
  scope: 'conversation' | 'source',
  wanted: readonly WantedEnds[],
  most?: number,
): Selection {
  const values = new Values();
  const given = values.rows(
    wanted.map(({ id, participant, firstFrom, lastUntil }) => [
      id,
      participant,
      firstFrom ?? Number.MAX_SAFE_INTEGER,
      lastUntil ?? Number.MIN_SAFE_INTEGER,
    ]),
  );
  const toEnd = (what: string, condition: string, order: string): string => {
    const messages = `archive_message WHERE ${scope} = column1 AND ${condition}`;
    // The limit of those that are looked at is one of their own, within.
    return most === undefined
      ? `(SELECT ${what} FROM ${messages} AND ${IS_AMONG_PEOPLE} ORDER BY ${order} LIMIT 1)`
      : `(SELECT ${what} FROM (SELECT sent_at, sequence, people FROM ${messages} ORDER BY ${order} LIMIT ${most}) AS near
          WHERE ${IS_AMONG_PEOPLE} ORDER BY ${order} LIMIT 1)`;
  };
  const text = `SELECT column1 AS id, column2 AS participant,
      ${toEnd('sent_at', 'sent_at >= column3', 'sent_at')} AS first_at,
      ${toEnd(PLACE, 'sent_at <= column4', 'sent_at DESC, sequence DESC')} AS last_place
    FROM ${given} AS given`;
  return [text, values.all];
}

/** Of `<>`, unlike of `LIKE`, PostgreSQL expects that nearly every message meets it: so it reads them in order, up to the first. */
const IS_AMONG_PEOPLE = `replace(' ' || people || ' ', ' ' || CAST(column2 AS text) || ' ', '') <> ' ' || people || ' '`;

/** A place as one text. */
export const PLACE = `CAST(sent_at AS text) || ' ' || sequence`;

/** @param text as `PLACE` makes it */
export function toPlace(text: unknown): StoredPlace | null {
  if (typeof text !== 'string') return null;
  const end = text.indexOf(' ');
  return { sentAt: Number(text.slice(0, end)), sequence: text.slice(end + 1) };
}
