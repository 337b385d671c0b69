import type { Sql, SqlReader, SqlRow } from '../sql.ts';
import type { AuditFilter, AuditMark, AuditMarkName, AuditRow, AuditStore, AuditWriter } from '../store.ts';
import type { ColumnSeal, Vault } from '../vault.ts';

/** Rows of one statement: some are about 100 KB long. */
const BATCH = 128;
/**
 * How many records share an entry in the index of callers: each caller has one for a block that has a record of it. So the
 * records of many callers cost little more to write than those of one.
 */
const BLOCK = 128;
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
  #near: { block: number; callers: Set<string> } | null = null;

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

  async *rows(filter: AuditFilter = ALL): AsyncGenerator<AuditRow> {
    if (filter.caller === null) {
      yield* this.#between(FIRST, LAST, filter);
      return;
    }
    const caller = this.#caller.seal(filter.caller);
    const size = BigInt(BLOCK);
    let blocks: bigint[] = [];
    do {
      const found = await this.#sql.all(
        `SELECT CAST(block AS TEXT) AS block FROM audit_callers
         WHERE caller = $1 AND block > $2 AND block <= $3
         ORDER BY audit_callers.block LIMIT $4`,
        [caller, blocks.at(-1) ?? FIRST / size, LAST / size, BATCH],
      );
      blocks = found.map(({ block }) => BigInt(String(block)));
      for (const block of blocks) yield* this.#between(block * size, block * size + size - 1n, filter);
    } while (blocks.length === BATCH);
  }

  async *#between(
    first: bigint,
    last: bigint,
    { since, until, caller }: AuditFilter,
  ): AsyncGenerator<AuditRow> {
    const [own, several] =
      caller === null ? [null, null] : [this.#caller.seal(caller), this.#caller.seal('')];
    for (let from = first; from <= last;) {
      const found: SqlRow[] = await this.#sql.all(
        `SELECT ${COLUMNS} FROM audit
         WHERE seq >= $1 AND seq <= $2 AND at >= COALESCE($3, at) AND at < COALESCE($4, at + 1)
           AND caller IN (COALESCE($5, caller), COALESCE($6, caller))
         ORDER BY audit.seq LIMIT $7`,
        [from, last, since, until, own, several, BATCH],
      );
      for (const row of found) yield this.#open(row);
      const end = found.at(-1);
      if (!end || found.length < BATCH) return;
      from = BigInt(String(end['seq'])) + 1n;
    }
  }

  async first(limit: number): Promise<AuditRow[]> {
    const rows = await this.#sql.all(`SELECT ${COLUMNS} FROM audit ORDER BY audit.seq LIMIT $1`, [limit]);
    return rows.map((row) => this.#open(row));
  }

  async callersNear(seq: number): Promise<ReadonlySet<string>> {
    return this.#callersOf(Math.floor(seq / BLOCK));
  }

  async insert(
    { seq, at, caller, body, previous, hash }: AuditRow,
    callers: ReadonlySet<string>,
  ): Promise<void> {
    const block = Math.floor(seq / BLOCK);
    const known = await this.#callersOf(block);
    for (const added of callers) {
      if (known.has(added)) continue;
      known.add(added);
      await this.#sql.all(
        'INSERT INTO audit_callers (caller, block) VALUES ($1, $2) ON CONFLICT (caller, block) DO NOTHING',
        [this.#caller.seal(added), block],
      );
    }
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
    await this.#sql.all('DELETE FROM audit_callers WHERE block < $1', [Math.floor((seq + 1) / BLOCK)]);
  }

  async #callersOf(block: number): Promise<Set<string>> {
    if (this.#near?.block === block) return this.#near.callers;
    const rows = await this.#sql.all('SELECT caller FROM audit_callers WHERE block = $1', [block]);
    const callers = new Set(rows.map((row) => openOr(this.#caller, row['caller'])));
    this.#near = { block, callers };
    return callers;
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

  /** Outside of a unit others may write meanwhile, so nothing is kept. */
  override callersNear(seq: number): Promise<ReadonlySet<string>> {
    return new Table(this.#units, this.#vault).callersNear(seq);
  }

  change<T>(change: (log: AuditWriter) => Promise<T>): Promise<T> {
    return this.#units.unit(async (tx) => {
      await tx.claim('audit');
      return change(new Table(tx, this.#vault));
    });
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
