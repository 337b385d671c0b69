import type { Logger } from 'pino';
import { inTransaction, type Database, type Statement } from '../store/sqlite/database.ts';
import { GroupCommit } from '../store/sqlite/group-commit.ts';
import { ALL, auditSeals, hasAuditLog, readMark, readRows, writeMark } from './audit-table.ts';
import { AuditSeal, BEGINNING, verifyChain, type MarkName, type Place } from './chain.ts';
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
  readonly #database: Database;
  readonly #seal: AuditSeal;
  readonly #log: Logger;
  readonly #insert: Statement;
  readonly #newest: Statement;
  readonly #commits: GroupCommit<AuditEntry, undefined>;

  /** Opens the log, and begins it when there is none. Says in `log` when its end is not as it was written. */
  static open(database: Database, secret: Buffer, log: Logger): AuditLog {
    const audit = new AuditLog(database, secret, log);
    if (!hasAuditLog(database)) audit.#begin();
    if (audit.#readHead() === null) {
      log.error('The end of the audit log was changed: run "audit verify". The gateway keeps adding records');
    }
    return audit;
  }

  private constructor(database: Database, secret: Buffer, log: Logger) {
    this.#database = database;
    this.#seal = new AuditSeal(secret);
    this.#log = log;
    this.#insert = database.prepare(
      'INSERT INTO audit (seq, at, caller, body, previous, hash) VALUES (?, ?, ?, ?, ?, ?)',
    );
    this.#commits = new GroupCommit(database, (entries) => this.#write(entries), MAX_GROUP);
    this.#newest = database.prepare('SELECT MAX(seq) AS seq FROM audit');
  }

  /**
   * Writes an entry. Entries of one turn of the event loop share a transaction.
   *
   * @returns once it is on disk, so an answer that waits for it never leaves without it
   * @throws Error when it cannot be written; then the result of the read must not be returned
   */
  record(entry: AuditEntry): Promise<void> {
    return this.#commits.add(entry);
  }

  /** How many records were ever written. */
  get count(): number {
    return this.#readHead()?.seq ?? 0;
  }

  /**
   * Prunes old records in batches. The anchor then replaces them, so the remaining ones can still be verified.
   * Records that do not verify are kept: they are evidence.
   *
   * @param before Unix ms
   * @returns whether there is more to prune
   */
  prune(before: number): boolean {
    return inTransaction(this.#database, () => {
      const rows = [...readRows(this.#database, ALL, PRUNE_BATCH)];
      const firstToKeep = rows.findIndex(({ at }) => at >= before);
      if (firstToKeep !== -1) rows.length = firstToKeep;
      const last = rows.at(-1);
      if (!last) return false;
      const anchor = readMark(this.#database, 'anchor');
      // Each batch ends at its own last record.
      const { findings } = verifyChain({ rows, anchor, head: this.#seal.mark('head', last) }, this.#seal);
      if (findings.length > 0) {
        this.#log.error('Old audit records were changed, so none are pruned: run "audit verify"');
        return false;
      }
      this.#mark('anchor', last);
      this.#database.prepare('DELETE FROM audit WHERE seq <= ?').run(last.seq);
      return rows.length === PRUNE_BATCH;
    });
  }

  /** Waits until everything is written. */
  async close(): Promise<void> {
    await this.#commits.close();
  }

  #begin(): void {
    inTransaction(this.#database, () => {
      // Another process may have been first.
      if (hasAuditLog(this.#database)) return;
      this.#mark('anchor', BEGINNING);
      this.#mark('head', BEGINNING);
    });
  }

  /** They are links of one chain: all are written, or none. */
  #write(entries: AuditEntry[]): PromiseFulfilledResult<undefined>[] {
    const seals = auditSeals(this.#database.vault);
    let end = this.#readEnd();
    for (const entry of entries) {
      const { at, caller } = entry;
      const row = { seq: end.seq + 1, at, caller, body: toRowBody(entry), previous: end.hash };
      end = { seq: row.seq, hash: this.#seal.hash(row) };
      this.#insert.run(
        row.seq,
        row.at,
        seals.caller.seal(row.caller),
        seals.body.seal(row.body),
        row.previous,
        end.hash,
      );
    }
    this.#mark('head', end);
    return entries.map(() => ({ status: 'fulfilled', value: undefined }));
  }

  /** Read each time, since other processes write too. The log neither repairs a break nor stops: it stays visible. */
  #readEnd(): Place {
    const newest = Number(this.#newest.get()?.['seq'] ?? 0);
    const head = this.#readHead();
    return head !== null && head.seq >= newest ? head : { seq: newest, hash: BROKEN };
  }

  #readHead(): Place | null {
    const head = readMark(this.#database, 'head');
    return head !== null && this.#seal.isGenuine('head', head) ? head : null;
  }

  #mark(name: MarkName, place: Place): void {
    writeMark(this.#database, name, this.#seal.mark(name, place));
  }
}
