import type { Sql, SqlRow, SqlUnit, SqlValue } from '../sql.ts';
import type {
  Fence,
  Lease,
  Leases,
  MessageStream,
  StreamEntry,
  StreamPage,
  StreamPlace,
  StreamProgress,
} from '../store.ts';
import type { ColumnSeal, Vault } from '../vault.ts';
import { allOfKeys } from './all-of-keys.ts';
import { OwnWrites } from './own-writes.ts';

const NOT_BEGUN: StreamProgress = { cursor: null, caughtUpAt: 0, isBehind: false };
const REWRITTEN_AT_ONCE = 200;
/** The ids of streams begin at 1. */
const NO_STREAM = 0;

const RANGES = {
  ASC: '(send_time, rank) > ($2, $3) ORDER BY send_time, rank LIMIT $4',
  DESC: '(send_time, rank) < ($2, $3) ORDER BY send_time DESC, rank DESC LIMIT $4',
};
/** Without statistics SQLite takes the conversation for a poor filter, and would scan all messages. */
const BY_CONVERSATION = 'wecom_message /* INDEXED BY wecom_message_by_conversation */';

export class SqlMessageStream implements MessageStream {
  readonly #sql: Sql;
  readonly #leases: Leases;
  readonly #channel: string;
  readonly #corporation: string | Uint8Array;
  readonly #cursor: ColumnSeal;
  readonly #msgId: ColumnSeal;
  readonly #conversation: ColumnSeal;
  readonly #record: ColumnSeal;
  readonly #pages: OwnWrites;
  /** Null until its row is found; it begins with its first page. */
  #stream: number | null = null;
  #oldest: { version: string; time: number | null } | null = null;

  constructor(sql: Sql, vault: Vault, leases: Leases, corpId: string, channel: string) {
    this.#sql = sql;
    this.#leases = leases;
    this.#channel = channel;
    this.#cursor = vault.value('wecom_stream.cursor');
    this.#msgId = vault.key('wecom_message.msgid');
    this.#conversation = vault.key('wecom_message.conversation');
    this.#record = vault.value('wecom_message.record');
    this.#corporation = vault.key('wecom_stream.corp_id').seal(corpId);
    this.#pages = new OwnWrites(sql, `message-stream ${String(this.#corporation)} ${channel}`);
  }

  version(): Promise<string> {
    return this.#pages.version();
  }

  async progress(): Promise<StreamProgress> {
    const [row] = await this.#sql.all(
      'SELECT cursor, caught_up_at, is_behind FROM wecom_stream WHERE corp_id = $1 AND channel = $2',
      [this.#corporation, this.#channel],
    );
    if (!row) return NOT_BEGUN;
    return {
      cursor: this.#openCursor(row),
      caughtUpAt: Number(row['caught_up_at']),
      isBehind: Number(row['is_behind']) === 1,
    };
  }

  keep(page: StreamPage, fence?: Fence): Promise<boolean> {
    return this.#pages.during(this.#sql.unit((tx) => this.#keepIn(tx, page), { fence }));
  }

  exclusively<T>(signal: AbortSignal, work: (lease: Lease) => Promise<T>): Promise<T> {
    return this.#leases.take(`message-stream ${String(this.#corporation)}`, signal, work);
  }

  async places(
    order: 'ASC' | 'DESC',
    { sendTime, rank }: StreamPlace,
    limit: number,
    conversation: string | null,
  ): Promise<StreamPlace[]> {
    const stream = await this.#findStream();
    const range: SqlValue[] = [stream, sendTime, rank, limit];
    const rows =
      conversation === null
        ? await this.#sql.all(
            `SELECT send_time, rank FROM wecom_message WHERE stream_id = $1 AND ${RANGES[order]}`,
            range,
          )
        : await this.#sql.all(
            `SELECT send_time, rank FROM ${BY_CONVERSATION}
             WHERE stream_id = $1 AND conversation = $5 AND ${RANGES[order]}`,
            [...range, this.#conversation.seal(conversation)],
          );
    return rows.map(toPlace);
  }

  async placeOf(msgId: string): Promise<StreamPlace | null> {
    const [row] = await this.#sql.all(
      'SELECT send_time, rank FROM wecom_message WHERE stream_id = $1 AND msgid = $2',
      [await this.#findStream(), this.#msgId.seal(msgId)],
    );
    return row ? toPlace(row) : null;
  }

  async records(places: readonly StreamPlace[]): Promise<string[]> {
    const rows = await allOfKeys(
      this.#sql,
      {
        columns: ['send_time', 'rank'],
        toText: (isOneOf) =>
          `SELECT send_time, rank, record FROM wecom_message WHERE stream_id = $1 AND ${isOneOf}`,
        values: [await this.#findStream()],
      },
      places.map(({ sendTime, rank }) => [sendTime, rank]),
    );
    const found = new Map(rows.map((row) => [toName(toPlace(row)), row['record']]));
    return places.map((place) => this.#record.open(found.get(toName(place))));
  }

  async rewrite(change: (record: string, place: StreamPlace) => string | null): Promise<number> {
    let changed = 0;
    for (let place: StreamPlace = { sendTime: -1, rank: -1 }; ;) {
      const found = await this.places('ASC', place, REWRITTEN_AT_ONCE, null);
      const records = found.length === 0 ? [] : await this.records(found);
      const changes = found.flatMap((at, index) => {
        const record = records[index] ?? '';
        const next = change(record, at);
        return next === record ? [] : [{ at, next }];
      });
      if (changes.length > 0) await this.#pages.during(this.#sql.unit((tx) => this.#replaceIn(tx, changes)));
      changed += changes.length;
      const last = found.at(-1);
      if (!last || found.length < REWRITTEN_AT_ONCE) return changed;
      place = last;
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  async #replaceIn(tx: SqlUnit, changes: readonly { at: StreamPlace; next: string | null }[]): Promise<void> {
    await this.#pages.claim(tx);
    const stream = await this.#findStream();
    for (const { at, next } of changes) {
      const place = [stream, at.sendTime, at.rank];
      const where = 'WHERE stream_id = $1 AND send_time = $2 AND rank = $3';
      if (next !== null) {
        await tx.all(`UPDATE wecom_message SET record = $4 ${where}`, [...place, this.#record.seal(next)]);
        continue;
      }
      await tx.all(`DELETE FROM wecom_message ${where}`, place);
      await tx.all('UPDATE wecom_stream SET next_rank = $2 WHERE id = $1 AND next_rank < $2', [
        stream,
        at.rank + 1,
      ]);
    }
  }

  async oldest(): Promise<number | null> {
    const version = await this.version();
    if (this.#oldest?.version !== version) this.#oldest = { version, time: await this.#readOldest() };
    return this.#oldest.time;
  }

  async #readOldest(): Promise<number | null> {
    const [row] = await this.#sql.all(
      'SELECT MIN(send_time) AS oldest FROM wecom_message WHERE stream_id = $1',
      [await this.#findStream()],
    );
    const oldest = row?.['oldest'] ?? null;
    return oldest === null ? null : Number(oldest);
  }

  async #keepIn(tx: SqlUnit, { entries, cursor, nextCursor, caughtUpAt }: StreamPage): Promise<boolean> {
    await this.#pages.claim(tx);
    const [row] = await tx.all(
      `INSERT INTO wecom_stream (corp_id, channel) VALUES ($1, $2)
       ON CONFLICT (corp_id, channel) DO UPDATE SET is_behind = wecom_stream.is_behind RETURNING id, cursor, next_rank`,
      [this.#corporation, this.#channel],
    );
    // A sealed cursor is another text each time, so the database cannot compare it.
    if (!row || this.#openCursor(row) !== cursor) return false;
    const stream = Number(row['id']);
    const ranks = await this.#nextRanks(tx, stream, entries);
    for (const { msgId, sendTime, conversation, record } of entries) {
      const rank = Math.max(ranks.get(sendTime) ?? 0, Number(row['next_rank']));
      // Also when the message is there already: a rank that is left out means nothing, and to ask for what was inserted costs
      // more than to insert it.
      ranks.set(sendTime, rank + 1);
      await tx.all(
        `INSERT INTO wecom_message (stream_id, send_time, rank, msgid, conversation, record)
         VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (stream_id, msgid) DO NOTHING`,
        [
          stream,
          sendTime,
          rank,
          this.#msgId.seal(msgId),
          this.#conversation.seal(conversation),
          this.#record.seal(record),
        ],
      );
    }
    await tx.all(
      `UPDATE wecom_stream
       SET cursor = COALESCE($1, cursor), caught_up_at = COALESCE($2, caught_up_at), is_behind = $3 WHERE id = $4`,
      [
        nextCursor === null ? null : this.#cursor.seal(nextCursor),
        caughtUpAt,
        caughtUpAt === null ? 1 : 0,
        stream,
      ],
    );
    return true;
  }

  /** Of what is there; what was erased is counted by the stream, so no rank is given twice. @returns no entry for a second without messages */
  async #nextRanks(
    tx: SqlUnit,
    stream: number,
    entries: readonly StreamEntry[],
  ): Promise<Map<number, number>> {
    const rows = await allOfKeys(
      { all: (text, values) => tx.all(text, values), hasIndexedTuples: this.#sql.hasIndexedTuples },
      {
        columns: ['send_time'],
        toText: (isOneOf) =>
          `SELECT send_time, MAX(rank) AS rank FROM wecom_message
           WHERE stream_id = $1 AND ${isOneOf} GROUP BY send_time`,
        values: [stream],
      },
      [...new Set(entries.map(({ sendTime }) => sendTime))].map((sendTime) => [sendTime]),
    );
    return new Map(rows.map(toPlace).map(({ sendTime, rank }) => [sendTime, rank + 1]));
  }

  #openCursor(row: SqlRow): string | null {
    const cursor = row['cursor'] ?? null;
    return cursor === null ? null : this.#cursor.open(cursor);
  }

  async #findStream(): Promise<number> {
    if (this.#stream !== null) return this.#stream;
    const [row] = await this.#sql.all('SELECT id FROM wecom_stream WHERE corp_id = $1 AND channel = $2', [
      this.#corporation,
      this.#channel,
    ]);
    if (row) this.#stream = Number(row['id']);
    return this.#stream ?? NO_STREAM;
  }
}

function toPlace(row: SqlRow): StreamPlace {
  return { sendTime: Number(row['send_time']), rank: Number(row['rank']) };
}

function toName({ sendTime, rank }: StreamPlace): string {
  return `${sendTime} ${rank}`;
}
