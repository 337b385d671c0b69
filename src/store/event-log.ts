import { randomUUID } from 'node:crypto';
import type { DeliveryUpdate } from '../domain/delivery.ts';
import type { LiveEvent, NewEvent } from '../domain/events.ts';
import type { MessageRecord } from '../domain/records.ts';
import { toDeliveryUpdate } from './event-formats.ts';
import { inTransaction, type Database, type Statement } from './sqlite/database.ts';
import type { ColumnSeal } from './vault.ts';

/**
 * The published events in order, kept for subscribers that reconnect. A message is published once, however often it
 * arrives, and so is each of its statuses.
 */
export class EventLog {
  /** Identifies this log: a cursor of another log is invalid here. */
  readonly name: string;
  readonly #key: ColumnSeal;
  readonly #payload: ColumnSeal;
  readonly #database: Database;
  readonly #append: Statement;
  readonly #read: Statement;
  readonly #find: Statement;
  readonly #last: Statement;
  readonly #prune: Statement;
  readonly #notePruned: Statement;
  readonly #pruned: Statement;
  readonly #noteForgotten: Statement;
  readonly #forgotten: Statement;
  readonly #listeners = new Set<() => void>();

  /** Opens the log, and names it when it is new. */
  static open(database: Database): EventLog {
    database
      .prepare('INSERT OR IGNORE INTO event_log (only, name, pruned_up_to) VALUES (1, ?, 0)')
      .run(randomUUID());
    return new EventLog(database, String(database.prepare('SELECT name FROM event_log').get()?.['name']));
  }

  private constructor(database: Database, name: string) {
    this.#database = database;
    this.name = name;
    this.#key = database.vault.key('events.key');
    this.#payload = database.vault.value('events.payload');
    // Not OR IGNORE, which would use up an id for each repetition.
    this.#append = database.prepare(
      `INSERT INTO events (channel, type, key, payload, published_at) SELECT ?1, ?2, ?3, ?4, ?5
       WHERE NOT EXISTS (SELECT 1 FROM events WHERE channel = ?1 AND type = ?2 AND key = ?3)`,
    );
    this.#read = database.prepare(
      'SELECT id, channel, type, payload FROM events WHERE id > ? ORDER BY id LIMIT ?',
    );
    this.#find = database.prepare('SELECT payload FROM events WHERE channel = ? AND type = ? AND key = ?');
    this.#last = database.prepare("SELECT seq FROM sqlite_sequence WHERE name = 'events'");
    this.#prune = database.prepare('DELETE FROM events WHERE published_at < ?');
    this.#notePruned = database.prepare(
      'UPDATE event_log SET pruned_up_to = MAX(pruned_up_to, (SELECT COALESCE(MAX(id), 0) FROM events WHERE published_at < ?))',
    );
    this.#noteForgotten = database.prepare(
      `INSERT INTO events_forgotten (only, published_before) VALUES (1, ?1)
       ON CONFLICT DO UPDATE SET published_before = MAX(published_before, ?1)`,
    );
    this.#forgotten = database.prepare('SELECT published_before FROM events_forgotten');
    this.#pruned = database.prepare('SELECT pruned_up_to AS id FROM event_log');
  }

  /** Call it in the transaction that stores the message, and `announce` after that. @param now Unix ms */
  append(events: readonly NewEvent[], now: number): void {
    for (const event of events) {
      const [key, payload] =
        event.type === 'message'
          ? [event.message.key, event.message]
          : [`${event.status.messageId} ${event.status.status}`, event.status];
      const sealed = this.#payload.seal(JSON.stringify(payload));
      this.#append.run(event.channel, event.type, this.#key.seal(key), sealed, now);
    }
  }

  /** Tells those who follow the log that it has new events. */
  announce(): void {
    for (const listener of this.#listeners) listener();
  }

  /** @returns stops listening */
  onAnnounce(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** @returns events after this id, in order */
  read(afterId: number, limit: number): LiveEvent[] {
    return this.#read.all(afterId, limit).map((row) => toEvent(row, this.#payload));
  }

  /** A published message, by its key. */
  findMessage(channel: string, key: string): MessageRecord | null {
    const row = this.#find.get(channel, 'message', this.#key.seal(key));
    return row ? (JSON.parse(this.#payload.open(row['payload'])) as MessageRecord) : null;
  }

  /** The id of the newest event ever; 0 before the first. */
  lastId(): number {
    return Number(this.#last.get()?.['seq'] ?? 0);
  }

  /** Whether the log has everything after this id, and the id is one of this log's. */
  reaches(afterId: number): boolean {
    return afterId >= Number(this.#pruned.get()?.['id']) && afterId <= this.lastId();
  }

  /** @param before Unix ms: events published earlier are pruned */
  prune(before: number): void {
    inTransaction(this.#database, () => {
      this.#notePruned.run(before);
      this.#noteForgotten.run(before);
      this.#prune.run(before);
    });
  }

  /**
   * Unix ms: up to here the log no longer knows whether a message was published, which `append` checks; 0: nothing is
   * pruned.
   */
  forgottenBefore(): number {
    return Number(this.#forgotten.get()?.['published_before'] ?? 0);
  }
}

/** Rows were checked before they were written. */
function toEvent(row: Record<string, unknown>, seal: ColumnSeal): LiveEvent {
  const id = Number(row['id']);
  const channel = String(row['channel']);
  const payload: unknown = JSON.parse(seal.open(row['payload']));
  return row['type'] === 'message'
    ? { id, channel, type: 'message', message: payload as MessageRecord }
    : { id, channel, type: 'status', status: toDeliveryUpdate(payload as DeliveryUpdate) };
}
