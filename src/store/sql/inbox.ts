import type { NewEvent } from '../../domain/events.ts';
import type { CredentialUse, PushedItem } from '../../domain/push.ts';
import type { JsonValue } from '../../domain/records.ts';
import type { Sql, SqlReader, SqlRow, SqlUnit } from '../sql.ts';
import type { Acceptance, Backlog, Fence, Inbox, InboxItem, InboxLimits } from '../store.ts';
import type { ColumnSeal, Vault } from '../vault.ts';
import type { SqlEventLog } from './event-log.ts';
import { inBatches } from './in-batches.ts';
import { InboxRoom } from './inbox-room.ts';

/** A provider that signs only the time may send several deliveries in one millisecond, and none may be lost. */
const MAX_BODIES = 4;
const BATCH = 500;

/** Deliveries that arrive together share a transaction. */
export class SqlInbox implements Inbox {
  readonly #sql: Sql;
  readonly #events: SqlEventLog;
  readonly #room: InboxRoom;
  /** Transactions that have deleted the uses of expired credentials. */
  readonly #swept = new WeakSet<object>();
  readonly #key: ColumnSeal;
  readonly #payload: ColumnSeal;

  constructor(sql: Sql, vault: Vault, events: SqlEventLog, limits: InboxLimits) {
    this.#sql = sql;
    this.#events = events;
    this.#room = new InboxRoom(limits);
    this.#key = vault.key('inbox.key');
    this.#payload = vault.value('inbox.payload');
  }

  async accept(
    channel: string,
    items: readonly PushedItem[],
    now: number,
    use?: CredentialUse,
  ): Promise<Acceptance> {
    if (items.length === 0 && !use) return 'KEPT';
    const acceptance = await this.#sql.unit(async (tx): Promise<Acceptance> => {
      // So that both limits of the channel are exact, and its items get ids in the order in which they are kept.
      await tx.claim(toTopic(channel));
      if (items.length > 0 && !(await this.#room.isFor(tx, channel, items.length))) return 'FULL';
      if (use) await this.#forgetExpired(tx, now);
      if (use && !(await vouches(tx, channel, use))) return 'MISUSED';
      const added = await this.#insert(tx, channel, items, now);
      // Last, since it is not rolled back.
      await this.#room.take(tx, channel, added);
      return 'KEPT';
    });
    if (acceptance === 'KEPT' && items.length > 0) this.#sql.announce();
    return acceptance;
  }

  onForeignArrival(channel: string, listener: () => void): () => void {
    return this.#sql.watch(toTopic(channel), listener);
  }

  async waitingIds(channel: string): Promise<{ oldest: number; newest: number } | null> {
    const [row] = await this.#sql.all(
      'SELECT MIN(id) AS oldest, MAX(id) AS newest FROM inbox WHERE channel = $1 AND is_done = 0',
      [channel],
    );
    const oldest = row?.['oldest'] ?? null;
    return oldest === null ? null : { oldest: Number(oldest), newest: Number(row?.['newest']) };
  }

  async waiting(channel: string, limit: number): Promise<InboxItem[]> {
    const rows = await this.#sql.all(
      'SELECT id, payload FROM inbox WHERE channel = $1 AND is_done = 0 ORDER BY id LIMIT $2',
      [channel, limit],
    );
    return rows.map((row) => ({
      id: Number(row['id']),
      payload: JSON.parse(this.#payload.open(row['payload'])) as JsonValue,
    }));
  }

  finish(ids: readonly number[], events: readonly NewEvent[], now: number, fence?: Fence): Promise<void> {
    const mark = async (tx: SqlUnit): Promise<void> => {
      // The key stays, to recognise a repetition; the payload is no longer needed.
      for (const some of inBatches(ids)) {
        const list = some.map((_, index) => `$${index + 1}`).join(', ');
        await tx.all(`UPDATE inbox SET is_done = 1, payload = NULL WHERE id IN (${list})`, some);
      }
    };
    return this.#events.publish(events, now, mark, fence);
  }

  async backlog(): Promise<Backlog[]> {
    const rows = await this.#sql.all(
      'SELECT channel, COUNT(*) AS count, MIN(received_at) AS oldest_at FROM inbox WHERE is_done = 0 GROUP BY channel',
    );
    return rows.map((row) => ({
      channel: String(row['channel']),
      count: Number(row['count']),
      oldestAt: Number(row['oldest_at']),
    }));
  }

  async prune(before: number): Promise<void> {
    await this.#sql.unit((tx) =>
      tx.all('DELETE FROM inbox WHERE is_done = 1 AND received_at < $1', [before]),
    );
  }

  async erase(channel: string, isErased: (key: string, payload: JsonValue) => boolean): Promise<number> {
    let erased = 0;
    for (let after = -1; ;) {
      const rows = await this.#sql.all(
        'SELECT id, key, payload FROM inbox WHERE channel = $1 AND id > $2 ORDER BY id LIMIT $3',
        [channel, after, BATCH],
      );
      const ids = rows.filter((row) => isErased(...this.#open(row))).map((row) => Number(row['id']));
      if (ids.length > 0)
        await this.#sql.unit(async (tx) => {
          for (const id of ids) await tx.all('DELETE FROM inbox WHERE id = $1', [id]);
        });
      erased += ids.length;
      const last = rows.at(-1);
      if (!last || rows.length < BATCH) return erased;
      after = Number(last['id']);
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  #open(row: SqlRow): [key: string, payload: JsonValue] {
    const payload = row['payload'] ?? null;
    return [
      this.#key.open(row['key']),
      payload === null ? null : (JSON.parse(this.#payload.open(payload)) as JsonValue),
    ];
  }

  /** They vouch for nothing any more. Once a transaction is often enough. */
  async #forgetExpired(tx: SqlUnit, now: number): Promise<void> {
    if (this.#swept.has(tx.transaction)) return;
    this.#swept.add(tx.transaction);
    await tx.all('DELETE FROM credential_uses WHERE expires_at < $1', [now]);
  }

  /** @returns how many were not there yet */
  async #insert(tx: SqlUnit, channel: string, items: readonly PushedItem[], now: number): Promise<number> {
    let added = 0;
    for (const { key, payload } of items) {
      const sealed = this.#payload.seal(JSON.stringify(payload));
      const rows = await tx.all(
        `INSERT INTO inbox (channel, key, payload, received_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (channel, key) DO NOTHING RETURNING id`,
        [channel, this.#key.seal(key), sealed, now],
      );
      added += rows.length;
    }
    return added;
  }
}

function toTopic(channel: string): string {
  return `inbox ${channel}`;
}

/** One that has come with this body before may come with it again. */
async function vouches(
  tx: SqlReader,
  channel: string,
  { credential, body, expiresAt }: CredentialUse,
): Promise<boolean> {
  const rows = await tx.all(
    `INSERT INTO credential_uses (channel, credential, body, expires_at) SELECT $1, $2, $3, $4
     WHERE (SELECT COUNT(*) FROM credential_uses WHERE channel = $1 AND credential = $2 AND body <> $3) < $5
     ON CONFLICT (channel, credential, body) DO UPDATE SET expires_at = excluded.expires_at RETURNING body`,
    [channel, credential, body, expiresAt, MAX_BODIES],
  );
  return rows.length > 0;
}
