import type { CredentialUse, PushedItem } from '../domain/push.ts';
import type { JsonValue } from '../domain/records.ts';
import { InboxRoom, type InboxLimits } from './inbox-room.ts';
import { inSavepoint, type Database, type Statement } from './sqlite/database.ts';
import { GroupCommit } from './sqlite/group-commit.ts';
import type { ColumnSeal } from './vault.ts';

export interface InboxItem {
  id: number;
  payload: JsonValue;
}

/** A provider that signs only the time may send several deliveries in one millisecond, and none may be lost. */
const MAX_BODIES = 4;

/** `FULL`: the provider may retry. `MISUSED`: its credential has come with too many other bodies. */
export type Acceptance = 'KEPT' | 'FULL' | 'MISUSED';

interface Delivery {
  channel: string;
  items: readonly PushedItem[];
  /** Unix ms. */
  now: number;
  use: CredentialUse | undefined;
}

/**
 * What providers have pushed, written before the gateway answers. Once `accept` has resolved, the items are on disk:
 * they survive a crash at any moment, and a power cut. Deliveries that arrive together share a transaction.
 */
export class Inbox {
  readonly #commits: GroupCommit<Delivery, Acceptance>;
  readonly #key: ColumnSeal;
  readonly #payload: ColumnSeal;
  readonly #insert: Statement;
  readonly #next: Statement;
  readonly #backlog: Statement;
  readonly #finish: Statement;
  readonly #prune: Statement;
  readonly #room: InboxRoom;
  readonly #use: Statement;
  readonly #bodiesOf: Statement;
  readonly #forgetUses: Statement;

  constructor(database: Database, limits: InboxLimits) {
    this.#room = new InboxRoom(database, limits);
    this.#commits = new GroupCommit(database, (deliveries) => {
      this.#room.recount();
      return deliveries.map((delivery) => inSavepoint(database, () => this.#accept(delivery)));
    });
    this.#key = database.vault.key('inbox.key');
    this.#payload = database.vault.value('inbox.payload');
    this.#insert = database.prepare(
      'INSERT OR IGNORE INTO inbox (channel, key, payload, received_at) VALUES (?, ?, ?, ?)',
    );
    this.#next = database.prepare(
      'SELECT id, payload FROM inbox WHERE channel = ? AND is_done = 0 ORDER BY id LIMIT ?',
    );
    this.#backlog = database.prepare(
      'SELECT channel, COUNT(*) AS count, MIN(received_at) AS oldest_at FROM inbox WHERE is_done = 0 GROUP BY channel',
    );
    this.#use = database.prepare(
      'INSERT INTO credential_uses (channel, credential, body, expires_at) VALUES (?, ?, ?, ?)',
    );
    this.#bodiesOf = database.prepare(
      'SELECT body FROM credential_uses WHERE channel = ? AND credential = ?',
    );
    this.#forgetUses = database.prepare('DELETE FROM credential_uses WHERE expires_at < ?');
    // The key stays, to recognise a repetition; the payload is no longer needed.
    this.#finish = database.prepare('UPDATE inbox SET is_done = 1, payload = NULL WHERE id = ?');
    this.#prune = database.prepare('DELETE FROM inbox WHERE is_done = 1 AND received_at < ?');
  }

  /**
   * Stores the items of one delivery, all or none; items that are stored already are repetitions.
   *
   * @param now Unix ms
   * @param use of a credential that may authenticate `MAX_BODIES` bodies
   * @throws Error when they could not be stored; nothing of them is then
   */
  accept(
    channel: string,
    items: readonly PushedItem[],
    now: number,
    use?: CredentialUse,
  ): Promise<Acceptance> {
    if (items.length === 0 && !use) return Promise.resolve('KEPT');
    return this.#commits.add({ channel, items, now, use });
  }

  /** Waits until everything that was accepted is written. */
  async close(): Promise<void> {
    await this.#commits.close();
  }

  #accept({ channel, items, now, use }: Delivery): Acceptance {
    if (items.length > 0 && !this.#room.isFor(channel, items.length)) return 'FULL';
    if (use && !this.#vouches(channel, use, now)) return 'MISUSED';
    let added = 0;
    for (const { key, payload } of items) {
      const sealed = this.#payload.seal(JSON.stringify(payload));
      added += Number(this.#insert.run(channel, this.#key.seal(key), sealed, now).changes);
    }
    // Last, since it is not rolled back.
    this.#room.take(channel, added);
    return 'KEPT';
  }

  #vouches(channel: string, { credential, body, expiresAt }: CredentialUse, now: number): boolean {
    this.#forgetUses.run(now);
    const bodies = this.#bodiesOf.all(channel, credential).map((row) => row['body']);
    if (bodies.includes(body)) return true;
    if (bodies.length >= MAX_BODIES) return false;
    this.#use.run(channel, credential, body, expiresAt);
    return true;
  }

  /** Items that wait to be processed, in the order of arrival. */
  waiting(channel: string, limit: number): InboxItem[] {
    return this.#next.all(channel, limit).map((row) => ({
      id: Number(row['id']),
      payload: JSON.parse(this.#payload.open(row['payload'])) as JsonValue,
    }));
  }

  /** The waiting items of each channel that has some; `oldestAt` in Unix ms. */
  backlog(): { channel: string; count: number; oldestAt: number }[] {
    return this.#backlog.all().map((row) => ({
      channel: String(row['channel']),
      count: Number(row['count']),
      oldestAt: Number(row['oldest_at']),
    }));
  }

  /** Marks an item processed. Call it in the transaction that stores its results. */
  finish(id: number): void {
    this.#finish.run(id);
  }

  /** @param before Unix ms: must lie further back than any provider retries a delivery */
  prune(before: number): void {
    this.#prune.run(before);
  }
}
