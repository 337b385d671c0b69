import type { SqlReader } from '../../sql.ts';
import { inBatches } from '../in-batches.ts';
import { directions } from './codes.ts';
import type { ConversationRow } from './conversations.ts';
import { PLACE, toPlace } from './ends.ts';
import type { CountedMessage } from './facts.ts';
import { comparePlaces, foldConversation, type ConversationFigures } from './fold.ts';
import { Values, type Selection } from './index/statement.ts';
import type { StoredPlace } from './stored-place.ts';

/** A conversation, and what changes in it. */
export interface ChangedConversation {
  row: ConversationRow;
  /** Messages of it that are there no more. */
  gone: readonly CountedMessage[];
  /** Messages of it that are yet to be written. */
  come: readonly CountedMessage[];
}

/** What conversations are after a change. @returns null for one that has no message any more; in the same order */
export async function countConversations(
  tx: SqlReader,
  changed: readonly ChangedConversation[],
): Promise<(ConversationRow | null)[]> {
  const ends = await findEnds(tx, changed.flatMap(toWanted));
  return changed.map(({ row, gone, come }) => {
    const left = row.messages - gone.length;
    const before = left > 0 ? { ...row, ...ends.get(row.id), messages: left } : null;
    const figures = foldConversation(before, come);
    return figures && { ...figures, id: row.id, key: row.key };
  });
}

const INBOUND = directions.encode('INBOUND');
const OUTBOUND = directions.encode('OUTBOUND');

/** Which ends of a conversation have gone: Unix ms of where they were. Null: it is still there, or what has come is beyond it. */
export interface WantedConversationEnds {
  id: number;
  first: number | null;
  last: number | null;
  inbound: number | null;
  outbound: number | null;
}

function toWanted({ row, gone, come }: ChangedConversation): WantedConversationEnds[] {
  if (gone.length === 0 || gone.length >= row.messages) return [];
  const isFirst = ({ sentAt }: CountedMessage): boolean => sentAt <= row.firstAt;
  const first = gone.some(isFirst) && !come.some(isFirst) ? row.firstAt : null;
  const toLost = (end: StoredPlace | null, isOfEnd: (message: CountedMessage) => boolean): number | null => {
    if (end === null || !gone.some((message) => comparePlaces(message, end) === 0)) return null;
    return come.some((message) => isOfEnd(message) && comparePlaces(message, end) >= 0) ? null : end.sentAt;
  };
  const last = toLost(row.last, () => true);
  const inbound = toLost(row.inbound, ({ direction }) => direction === INBOUND);
  const outbound = toLost(row.outbound, ({ direction }) => direction === OUTBOUND);
  const isWanted = [first, last, inbound, outbound].some((moment) => moment !== null);
  return isWanted ? [{ id: row.id, first, last, inbound, outbound }] : [];
}

type Ends = Partial<Pick<ConversationFigures, 'kind' | 'firstAt' | 'last' | 'inbound' | 'outbound'>>;

/** Each by the index of the conversation's messages. @returns by id */
async function findEnds(
  tx: SqlReader,
  wanted: readonly WantedConversationEnds[],
): Promise<Map<number, Ends>> {
  const found = new Map<number, Ends>();
  for (const batch of inBatches(wanted)) {
    const rows = await tx.all(...selectConversationEnds(batch));
    const wantedOf = new Map(batch.map((each) => [each.id, each]));
    for (const row of rows) {
      const { first, inbound, outbound } = wantedOf.get(Number(row['id'])) ?? {};
      const last = toPlace(row['last_place']);
      found.set(Number(row['id']), {
        ...(typeof first === 'number' && { firstAt: Number(row['first_at']) }),
        ...(last && { last, kind: Number(row['kind']) }),
        ...(typeof inbound === 'number' && { inbound: toPlace(row['inbound_place']) }),
        ...(typeof outbound === 'number' && { outbound: toPlace(row['outbound_place']) }),
      });
    }
  }
  return found;
}

export function selectConversationEnds(wanted: readonly WantedConversationEnds[]): Selection {
  const values = new Values();
  const never = Number.MIN_SAFE_INTEGER;
  const given = values.rows(
    wanted.map(({ id, first, last, inbound, outbound }) => [
      id,
      first ?? Number.MAX_SAFE_INTEGER,
      last ?? never,
      inbound ?? never,
      outbound ?? never,
    ]),
  );
  // As `IS_AMONG_PEOPLE`: PostgreSQL expects half of the messages to meet it, and reads in order.
  const isOf = (direction: number): string =>
    `AND CASE WHEN direction = ${direction} THEN TRUE ELSE FALSE END`;
  const lastOf = (what: string, until: string, condition = ''): string =>
    `(SELECT ${what} FROM archive_message WHERE conversation = column1 AND sent_at <= ${until} ${condition}
      ORDER BY sent_at DESC, sequence DESC LIMIT 1)`;
  const text = `SELECT column1 AS id,
      (SELECT sent_at FROM archive_message WHERE conversation = column1 AND sent_at >= column2 ORDER BY sent_at LIMIT 1) AS first_at,
      ${lastOf('conversation_kind', 'column3')} AS kind,
      ${lastOf(PLACE, 'column3')} AS last_place,
      ${lastOf(PLACE, 'column4', isOf(INBOUND))} AS inbound_place,
      ${lastOf(PLACE, 'column5', isOf(OUTBOUND))} AS outbound_place
    FROM ${given} AS given`;
  return [text, values.all];
}
