import { randomUUID } from 'node:crypto';
import type { DeliveryUpdate } from '../../domain/delivery.ts';
import type { LiveEvent, NewEvent } from '../../domain/events.ts';
import type { MessageRecord } from '../../domain/records.ts';
import { toDeliveryUpdate } from '../event-formats.ts';
import { EVENTS_TOPIC, type Sql, type SqlReader, type SqlUnit } from '../sql.ts';
import type { EventBounds, EventLog, Fence } from '../store.ts';
import type { ColumnSeal, Vault } from '../vault.ts';
import { appendEach, type AppendEvents, type EventRow } from './append-events.ts';

/** The type of events of which only the id is left. */
const ERASED = 'erased';
const BATCH = 200;

export class SqlEventLog implements EventLog {
  readonly name: string;
  readonly #sql: Sql;
  readonly #key: ColumnSeal;
  readonly #payload: ColumnSeal;
  readonly #append: AppendEvents;
  readonly #listeners = new Set<() => void>();

  static async open(sql: Sql, vault: Vault, append: AppendEvents = appendEach): Promise<SqlEventLog> {
    const known = await readName(sql);
    // Where nothing was ever published, there is nothing to read either.
    const name = known ?? (sql.isReadOnly ? '' : await sql.unit(makeName));
    return new SqlEventLog(sql, vault, name, append);
  }

  private constructor(sql: Sql, vault: Vault, name: string, append: AppendEvents) {
    this.#sql = sql;
    this.name = name;
    this.#append = append;
    this.#key = vault.key('events.key');
    this.#payload = vault.value('events.payload');
  }

  /** Changes the store, and publishes these events in the same unit. @param now Unix ms */
  async publish(
    events: readonly NewEvent[],
    now: number,
    change: (tx: SqlUnit) => Promise<unknown>,
    fence?: Fence,
  ): Promise<void> {
    const rows = events.map((event) => this.#toRow(event));
    // Of every run of the unit: what one has added whose end was not known, the next finds there.
    let added = 0;
    await this.#sql.unit(
      async (tx) => {
        added += await this.#append(tx, rows, now);
        await change(tx);
      },
      { fence },
    );
    if (added === 0) return;
    for (const listener of this.#listeners) listener();
    this.#sql.announce();
  }

  onAppend(listener: () => void): () => void {
    this.#listeners.add(listener);
    // Of other processes.
    const stop = this.#sql.watch(EVENTS_TOPIC, listener);
    return () => {
      stop();
      this.#listeners.delete(listener);
    };
  }

  async read(afterId: number, limit: number): Promise<LiveEvent[]> {
    const rows = await this.#sql.all(
      'SELECT id, channel, type, payload FROM events WHERE id > $1 AND type <> $3 ORDER BY id LIMIT $2',
      [afterId, limit, ERASED],
    );
    return rows.map((row) => toEvent(row, this.#payload));
  }

  async bounds(): Promise<EventBounds> {
    const [row] = await this.#sql.all(
      'SELECT pruned_up_to, (SELECT MAX(id) FROM events) AS newest FROM event_log',
    );
    const prunedUpTo = Number(row?.['pruned_up_to']);
    // What was pruned was at the beginning, so without an event the log ends there.
    return { prunedUpTo, lastId: Math.max(prunedUpTo, Number(row?.['newest'] ?? 0)) };
  }

  async findMessage(channel: string, key: string): Promise<MessageRecord | null> {
    const [row] = await this.#sql.all(
      "SELECT payload FROM events WHERE channel = $1 AND type = 'message' AND key = $2",
      [channel, this.#key.seal(key)],
    );
    return row ? (JSON.parse(this.#payload.open(row['payload'])) as MessageRecord) : null;
  }

  async forgottenBefore(): Promise<number> {
    const [row] = await this.#sql.all('SELECT published_before FROM events_forgotten');
    return Number(row?.['published_before'] ?? 0);
  }

  async rewrite(channel: string, change: (event: LiveEvent) => NewEvent | null): Promise<number> {
    let changed = 0;
    for (let after = -1; ;) {
      const rows = await this.#sql.all(
        `SELECT id, channel, type, payload FROM events
         WHERE channel = $1 AND id > $2 AND type <> $4 ORDER BY id LIMIT $3`,
        [channel, after, BATCH, ERASED],
      );
      const events = rows.map((row) => toEvent(row, this.#payload));
      const changes = events.flatMap((event) => {
        const next = change(event);
        return next === event ? [] : [{ id: event.id, next }];
      });
      if (changes.length > 0) await this.#sql.unit((tx) => this.#replace(tx, changes));
      changed += changes.length;
      const last = events.at(-1);
      if (!last || events.length < BATCH) return changed;
      after = last.id;
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  /** What is gone leaves its id alone: the newest one is where subscribers resume. */
  async #replace(tx: SqlReader, changes: readonly { id: number; next: NewEvent | null }[]): Promise<void> {
    for (const { id, next } of changes) {
      const [type, key, payload] = next
        ? [next.type, this.#toRow(next).key, this.#toRow(next).payload]
        : [ERASED, this.#key.seal(String(id)), this.#payload.seal('null')];
      await tx.all('UPDATE events SET type = $2, key = $3, payload = $4 WHERE id = $1', [
        id,
        type,
        key,
        payload,
      ]);
    }
  }

  async prune(before: number): Promise<void> {
    await this.#sql.unit(async (tx) => {
      await tx.all(
        `UPDATE event_log SET pruned_up_to = (SELECT MAX(id) FROM events WHERE published_at < $1)
         WHERE pruned_up_to < (SELECT MAX(id) FROM events WHERE published_at < $1)`,
        [before],
      );
      await tx.all(
        `INSERT INTO events_forgotten ("only", published_before) VALUES (1, $1)
         ON CONFLICT ("only") DO UPDATE SET published_before = excluded.published_before
         WHERE events_forgotten.published_before < excluded.published_before`,
        [before],
      );
      await tx.all('DELETE FROM events WHERE published_at < $1', [before]);
    });
  }

  #toRow(event: NewEvent): EventRow {
    const [key, payload] =
      event.type === 'message'
        ? [event.message.key, event.message]
        : [`${event.status.messageId} ${event.status.status}`, event.status];
    return {
      channel: event.channel,
      type: event.type,
      key: this.#key.seal(key),
      payload: this.#payload.seal(JSON.stringify(payload)),
    };
  }
}

async function readName(sql: SqlReader): Promise<string | null> {
  const [row] = await sql.all('SELECT name FROM event_log');
  return row ? String(row['name']) : null;
}

/** Another process may have been first. */
async function makeName(tx: SqlReader): Promise<string> {
  const [row] = await tx.all(
    `INSERT INTO event_log ("only", name, pruned_up_to) VALUES (1, $1, 0)
     ON CONFLICT ("only") DO UPDATE SET name = event_log.name RETURNING name`,
    [randomUUID()],
  );
  return String(row?.['name']);
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
