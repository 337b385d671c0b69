import type { Logger } from 'pino';
import type { AuditReader, AuditRow, AuditStore, AuditWriter } from '../store/store.ts';
import { Groups } from '../util/groups.ts';
import { AuditSeal, BEGINNING, verifyChain, type Place } from './chain.ts';
import { toRowBody, type AuditEntry } from './entry.ts';

/** How many records are pruned at once; other work runs in between. */
const PRUNE_BATCH = 2_000;
/** Those who are told of the same event are recorded at once, a few milliseconds for all. */
const MAX_GROUP = 1_000;
/** The predecessor of records after a head that is not genuine: no record has this hash, so the break stays visible. */
const BROKEN = 'broken';

/**
 * Who read what, in a chain that reveals changes: each record holds the previous record's hash, and a mark outside of
 * the records says where they end. Several processes may write to one store.
 */
export class AuditLog {
  readonly #store: AuditStore;
  readonly #seal: AuditSeal;
  readonly #log: Logger;
  readonly #groups: Groups<AuditEntry>;

  /** Opens the log, and begins it when there is none. Says in `log` when its end is not as it was written. */
  static async open(store: AuditStore, secret: Buffer, log: Logger): Promise<AuditLog> {
    const audit = new AuditLog(store, secret, log);
    if (!(await store.exists())) await audit.#begin();
    if ((await audit.#readHead(store)) === null) {
      log.error('The end of the audit log was changed: run "audit verify". The gateway keeps adding records');
    }
    return audit;
  }

  private constructor(store: AuditStore, secret: Buffer, log: Logger) {
    this.#store = store;
    this.#seal = new AuditSeal(secret);
    this.#log = log;
    this.#groups = new Groups(
      // They are links of one chain: all are written, or none.
      (take) => store.change((audit) => this.#append(audit, take())),
      MAX_GROUP,
    );
  }

  /**
   * Writes an entry. Entries that come while others are written share a transaction.
   *
   * @returns once it is on disk, so an answer that waits for it never leaves without it
   * @throws Error when it cannot be written; then the result of the read must not be returned
   */
  record(entry: AuditEntry): Promise<void> {
    return this.#groups.add(entry);
  }

  /** How many records were ever written. */
  async count(): Promise<number> {
    return (await this.#readHead(this.#store))?.seq ?? 0;
  }

  /**
   * Prunes old records in batches. The anchor then replaces them, so the remaining ones can still be verified.
   * Records that do not verify are kept: they are evidence.
   *
   * @param before Unix ms
   * @returns whether there is more to prune
   */
  prune(before: number): Promise<boolean> {
    return this.#store.change(async (audit) => {
      const rows = await audit.first(PRUNE_BATCH);
      const firstToKeep = rows.findIndex(({ at }) => at >= before);
      if (firstToKeep !== -1) rows.length = firstToKeep;
      const last = rows.at(-1);
      if (!last) return false;
      if (!(await this.#isGenuine(audit, rows, last))) {
        this.#log.error('Old audit records were changed, so none are pruned: run "audit verify"');
        return false;
      }
      await audit.setMark('anchor', this.#seal.mark('anchor', last));
      await audit.remove(last.seq);
      return rows.length === PRUNE_BATCH;
    });
  }

  /** Waits until everything is written. */
  close(): Promise<void> {
    return this.#groups.settled();
  }

  async #begin(): Promise<void> {
    await this.#store.change(async (audit) => {
      // Another process may have been first.
      if (await audit.exists()) return;
      await audit.setMark('anchor', this.#seal.mark('anchor', BEGINNING));
      await audit.setMark('head', this.#seal.mark('head', BEGINNING));
    });
  }

  async #append(audit: AuditWriter, entries: readonly AuditEntry[]): Promise<void> {
    let end = await this.#readEnd(audit);
    for (const entry of entries) {
      const { at, caller } = entry;
      const row = { seq: end.seq + 1, at, caller, body: toRowBody(entry), previous: end.hash };
      end = { seq: row.seq, hash: this.#seal.hash(row) };
      await audit.insert({ ...row, hash: end.hash });
    }
    await audit.setMark('head', this.#seal.mark('head', end));
  }

  /** Each batch ends at its own last record. */
  async #isGenuine(audit: AuditReader, rows: readonly AuditRow[], last: Place): Promise<boolean> {
    const anchor = await audit.mark('anchor');
    const head = this.#seal.mark('head', last);
    const { findings } = await verifyChain({ rows, anchor, head }, this.#seal);
    return findings.length === 0;
  }

  /** Read each time, since other processes write too. The log neither repairs a break nor stops: it stays visible. */
  async #readEnd(audit: AuditReader): Promise<Place> {
    const newest = await audit.newest();
    const head = await this.#readHead(audit);
    return head !== null && head.seq >= newest ? head : { seq: newest, hash: BROKEN };
  }

  async #readHead(audit: AuditReader): Promise<Place | null> {
    const head = await audit.mark('head');
    return head !== null && this.#seal.isGenuine('head', head) ? head : null;
  }
}
