import type { Sql, SqlReader, SqlRow } from '../sql.ts';
import type { AuditFilter, AuditMark, AuditMarkName, AuditRow, AuditStore, AuditWriter } from '../store.ts';
import type { ColumnSeal, Vault } from '../vault.ts';

const BATCH = 1_000;
/** The least and the most that an integer column holds. */
const FIRST = -(2n ** 63n);
const LAST = 2n ** 63n - 1n;
const ALL: AuditFilter = { since: null, until: null, caller: null };
/** As text, since an attacker may have written an integer that a JavaScript number cannot hold. */
const COLUMNS = 'CAST(seq AS TEXT) AS seq, CAST(at AS TEXT) AS at, caller, body, previous, hash';

class Table implements AuditWriter {
  readonly #sql: SqlReader;
  readonly #caller: ColumnSeal;
  readonly #body: ColumnSeal;

  /** In an encrypted store, who read what is sealed; the chain covers the open form. */
  constructor(sql: SqlReader, vault: Vault) {
    this.#sql = sql;
    this.#caller = vault.key('audit.caller');
    this.#body = vault.value('audit.body');
  }

  async exists(): Promise<boolean> {
    const rows = await this.#sql.all(
      'SELECT 1 WHERE EXISTS (SELECT 1 FROM audit) OR EXISTS (SELECT 1 FROM audit_marks)',
    );
    return rows.length > 0;
  }

  async newest(): Promise<number> {
    const [row] = await this.#sql.all('SELECT CAST(MAX(seq) AS TEXT) AS seq FROM audit');
    return Number(row?.['seq'] ?? 0);
  }

  async mark(name: AuditMarkName): Promise<AuditMark | null> {
    const [row] = await this.#sql.all(
      'SELECT CAST(seq AS TEXT) AS seq, hash, seal FROM audit_marks WHERE name = $1',
      [name],
    );
    return row ? { seq: Number(row['seq']), hash: String(row['hash']), seal: String(row['seal']) } : null;
  }

  async *rows({ since, until, caller }: AuditFilter = ALL): AsyncGenerator<AuditRow> {
    const sealedCaller = caller === null ? null : this.#caller.seal(caller);
    let from = FIRST;
    for (;;) {
      const found: SqlRow[] = await this.#sql.all(
        `SELECT ${COLUMNS} FROM audit
         WHERE seq >= $1 AND at >= COALESCE($2, at) AND at < COALESCE($3, at + 1)
           AND caller = COALESCE($4, caller)
         ORDER BY audit.seq LIMIT $5`,
        [from, since, until, sealedCaller, BATCH],
      );
      for (const row of found) yield this.#open(row);
      const last = found.at(-1);
      if (!last || found.length < BATCH) return;
      from = BigInt(String(last['seq'])) + 1n;
      if (from > LAST) return;
    }
  }

  async first(limit: number): Promise<AuditRow[]> {
    const rows = await this.#sql.all(`SELECT ${COLUMNS} FROM audit ORDER BY audit.seq LIMIT $1`, [limit]);
    return rows.map((row) => this.#open(row));
  }

  async insert({ seq, at, caller, body, previous, hash }: AuditRow): Promise<void> {
    await this.#sql.all(
      'INSERT INTO audit (seq, at, caller, body, previous, hash) VALUES ($1, $2, $3, $4, $5, $6)',
      [seq, at, this.#caller.seal(caller), this.#body.seal(body), previous, hash],
    );
  }

  async setMark(name: AuditMarkName, { seq, hash, seal }: AuditMark): Promise<void> {
    await this.#sql.all(
      `INSERT INTO audit_marks (name, seq, hash, seal) VALUES ($1, $2, $3, $4)
       ON CONFLICT (name) DO UPDATE SET seq = excluded.seq, hash = excluded.hash, seal = excluded.seal`,
      [name, seq, hash, seal],
    );
  }

  async relink({ seq, previous, hash }: Pick<AuditRow, 'seq' | 'previous' | 'hash'>): Promise<void> {
    await this.#sql.all('UPDATE audit SET previous = $1, hash = $2 WHERE seq = $3', [previous, hash, seq]);
  }

  async remove(seq: number): Promise<void> {
    await this.#sql.all('DELETE FROM audit WHERE seq <= $1', [seq]);
  }

  /** Texts as they are in the row: changing one into another type changes its hash. */
  #open(row: SqlRow): AuditRow {
    return {
      seq: Number(row['seq']),
      at: Number(row['at']),
      caller: openOr(this.#caller, row['caller']),
      body: openOr(this.#body, row['body']),
      previous: String(row['previous']),
      hash: String(row['hash']),
    };
  }
}

export class SqlAuditStore extends Table implements AuditStore {
  readonly #units: Sql;
  readonly #vault: Vault;

  constructor(sql: Sql, vault: Vault) {
    super(sql, vault);
    this.#units = sql;
    this.#vault = vault;
  }

  change<T>(change: (log: AuditWriter) => Promise<T>): Promise<T> {
    return this.#units.unit((tx) => change(new Table(tx, this.#vault)));
  }
}

/** A changed value does not open; its hash then shows it. */
function openOr(seal: ColumnSeal, stored: unknown): string {
  try {
    return seal.open(stored);
  } catch {
    return String(stored);
  }
}
