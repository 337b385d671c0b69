import { z } from 'zod';
import { inTransaction, type Database, type Statement } from '../../store/sqlite/database.ts';
import type { ColumnSeal } from '../../store/vault.ts';
import type { Order } from '../message-source.ts';
import { toConversation } from './conversation.ts';
import type { Place } from './paging.ts';
import { parseMessage, type WireEntry } from './wire.ts';

/** How far the stream has been read. */
export interface Progress {
  /** Null: nothing has been read yet. */
  cursor: string | null;
  /** Unix ms: every message that the provider had then is archived; 0: that moment has not come yet. */
  caughtUpAt: number;
  /** The provider has said that more follows after the archived messages. */
  isBehind: boolean;
}

const NOT_BEGUN: Progress = { cursor: null, caughtUpAt: 0, isBehind: false };
/** The ids of streams begin at 1. */
const NO_STREAM = 0;

const streamRow = z.object({
  cursor: z.unknown(),
  caught_up_at: z.number(),
  is_behind: z.number(),
});
const placeRow = z.object({ send_time: z.number(), rank: z.number() });
const recordRow = z.object({ record: z.unknown() });
const idRow = z.object({ id: z.number() });
const oldestRow = z.object({ oldest: z.number().nullable() });

/**
 * The stream of one channel, kept permanently: WeCom lists a message for five days and never goes back.
 *
 * A stream is one corporation as one channel sees it. Two applications of a corporation see other people, and the
 * same customer under another id, so their messages are not mixed.
 */
export class Archive {
  readonly #database: Database;
  readonly #channel: string;
  readonly #corporation: string | Uint8Array;
  readonly #cursor: ColumnSeal;
  readonly #msgId: ColumnSeal;
  readonly #conversation: ColumnSeal;
  readonly #record: ColumnSeal;
  readonly #begin: Statement;
  readonly #id: Statement;
  readonly #progress: Statement;
  readonly #insert: Statement;
  readonly #advance: Statement;
  readonly #places: Record<Order, { all: Statement; conversation: Statement }>;
  readonly #placeOf: Statement;
  readonly #recordAt: Statement;
  readonly #oldest: Statement;
  /** Null until its row is found; it begins with its first page. */
  #stream: number | null = null;
  #pages = 0;
  #oldestKnown: { at: number | null; version: string } | null = null;

  constructor(database: Database, corpId: string, channel: string) {
    this.#database = database;
    this.#channel = channel;
    const { vault } = database;
    this.#cursor = vault.value('wecom_stream.cursor');
    this.#msgId = vault.key('wecom_message.msgid');
    this.#conversation = vault.key('wecom_message.conversation');
    this.#record = vault.value('wecom_message.record');
    this.#corporation = vault.key('wecom_stream.corp_id').seal(corpId);
    this.#begin = database.prepare(
      'INSERT INTO wecom_stream (corp_id, channel) VALUES (?, ?) ON CONFLICT DO NOTHING',
    );
    this.#id = database.prepare('SELECT id FROM wecom_stream WHERE corp_id = ? AND channel = ?');
    this.#progress = database.prepare(
      'SELECT cursor, caught_up_at, is_behind FROM wecom_stream WHERE id = ?',
    );
    // Nothing is ever deleted, so the highest rank counts the messages of the second.
    this.#insert = database.prepare(
      `INSERT INTO wecom_message (stream_id, send_time, rank, msgid, conversation, record)
       SELECT :stream, :sendTime, coalesce(max(rank), -1) + 1, :msgId, :conversation, :record
       FROM wecom_message WHERE stream_id = :stream AND send_time = :sendTime
       ON CONFLICT (stream_id, msgid) DO NOTHING`,
    );
    this.#advance = database.prepare(
      `UPDATE wecom_stream
       SET cursor = coalesce(:cursor, cursor), caught_up_at = coalesce(:caughtUpAt, caught_up_at), is_behind = :isBehind
       WHERE id = :stream`,
    );
    const columns = 'SELECT send_time, rank FROM wecom_message';
    // Without statistics SQLite takes the conversation for a poor filter, and would scan all messages.
    const byConversation = `${columns} INDEXED BY wecom_message_by_conversation`;
    const ascending = '(send_time, rank) > (?, ?) ORDER BY send_time, rank LIMIT ?';
    const descending = '(send_time, rank) < (?, ?) ORDER BY send_time DESC, rank DESC LIMIT ?';
    const preparePlaces = (range: string): { all: Statement; conversation: Statement } => ({
      all: database.prepare(`${columns} WHERE stream_id = ? AND ${range}`),
      conversation: database.prepare(
        `${byConversation} WHERE stream_id = ? AND conversation = ? AND ${range}`,
      ),
    });
    this.#places = { ASC: preparePlaces(ascending), DESC: preparePlaces(descending) };
    this.#recordAt = database.prepare(
      'SELECT record FROM wecom_message WHERE stream_id = ? AND send_time = ? AND rank = ?',
    );
    this.#placeOf = database.prepare(`${columns} WHERE stream_id = ? AND msgid = ?`);
    this.#oldest = database.prepare('SELECT min(send_time) AS oldest FROM wecom_message WHERE stream_id = ?');
  }

  /** Another one when the archive may hold more than before, whatever process has written it. */
  get version(): string {
    return `${this.#pages} ${String(this.#database.dataVersion())}`;
  }

  progress(): Progress {
    const found = this.#progress.get(this.#findStream());
    if (!found) return NOT_BEGUN;
    const row = streamRow.parse(found);
    return {
      cursor: row.cursor === null ? null : this.#cursor.open(row.cursor),
      caughtUpAt: row.caught_up_at,
      isBehind: row.is_behind === 1,
    };
  }

  /**
   * Writes a page, in the order of `toStreamOrder`, and how far it brings the stream, both or neither. Messages that are there already stay as they are,
   * so a page may come again.
   *
   * @param nextCursor null: the provider gave none, and the last one stays
   * @param caughtUpAt Unix ms as in `Progress`; null when more follows
   */
  keep(entries: readonly WireEntry[], nextCursor: string | null, caughtUpAt: number | null): void {
    this.#pages++;
    if (this.#findStream() === NO_STREAM) this.#begin.run(this.#corporation, this.#channel);
    const stream = this.#findStream();
    inTransaction(this.#database, () => {
      for (const { msgId, sendTime, record } of toStreamOrder(entries)) {
        this.#insert.run({
          stream,
          sendTime,
          msgId: this.#msgId.seal(msgId),
          conversation: this.#conversation.seal(toConversation(this.#channel, parseMessage(record)).key),
          record: this.#record.seal(JSON.stringify(record)),
        });
      }
      this.#advance.run({
        stream,
        cursor: nextCursor === null ? null : this.#cursor.seal(nextCursor),
        caughtUpAt,
        isBehind: caughtUpAt === null ? 1 : 0,
      });
    });
  }

  /**
   * @param bound excluded
   * @param conversationKey null: of all conversations
   * @returns the places of the next messages beyond `bound`, in `order`, at most `limit`; equally fast anywhere in the
   * archive
   */
  places(order: Order, bound: Place, limit: number, conversationKey: string | null = null): Place[] {
    const { sendTime, rank } = bound;
    const { all, conversation } = this.#places[order];
    const stream = this.#findStream();
    const rows =
      conversationKey === null
        ? all.all(stream, sendTime, rank, limit)
        : conversation.all(stream, this.#conversation.seal(conversationKey), sendTime, rank, limit);
    return rows.map(toPlace);
  }

  placeOf(msgId: string): Place | null {
    const row = this.#placeOf.get(this.#findStream(), this.#msgId.seal(msgId));
    return row ? toPlace(row) : null;
  }

  /** The message in a place, as received: JSON. It never changes. @throws Error when there is none */
  recordAt({ sendTime, rank }: Place): string {
    const row = this.#recordAt.get(this.#findStream(), sendTime, rank);
    return this.#record.open(recordRow.parse(row).record);
  }

  /** Unix seconds; null while the archive is empty. */
  oldestSendTime(): number | null {
    const { version } = this;
    if (this.#oldestKnown?.version === version) return this.#oldestKnown.at;
    const at = oldestRow.parse(this.#oldest.get(this.#findStream())).oldest;
    this.#oldestKnown = { at, version };
    return at;
  }

  #findStream(): number {
    const row = this.#stream === null && this.#id.get(this.#corporation, this.#channel);
    if (row) this.#stream = idRow.parse(row).id;
    return this.#stream ?? NO_STREAM;
  }
}

function toPlace(row: unknown): Place {
  const { send_time: sendTime, rank } = placeRow.parse(row);
  return { sendTime, rank };
}

/**
 * The order in which the messages of a page get their ranks. WeCom guarantees no order inside a page. A page that
 * ascends by time is used as it is, so that messages of one second keep the stream's order; any other page has no
 * usable order, and is sorted by time and `msgid`.
 */
export function toStreamOrder(page: readonly WireEntry[]): readonly WireEntry[] {
  const isAscending = page.every(({ sendTime }, index) => sendTime >= (page[index - 1]?.sendTime ?? 0));
  if (isAscending) return page;
  return page.toSorted(
    (a, b) => a.sendTime - b.sendTime || (a.msgId < b.msgId ? -1 : a.msgId > b.msgId ? 1 : 0),
  );
}
