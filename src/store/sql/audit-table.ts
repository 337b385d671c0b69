import type { Sql, SqlReader, SqlRow } from '../sql.ts';
import type {
  AuditExtension,
  AuditFilter,
  AuditMark,
  AuditRow,
  AuditStore,
  AuditWriter,
  NewAuditRow,
} from '../store.ts';
import type { ColumnSeal, Vault } from '../vault.ts';
import { AuditStrands } from './audit-strands.ts';
import { toWholeNumber } from './whole-number.ts';

/** Rows of one statement: some are about 100 KB long. */
const BATCH = 128;
/**
 * How many records share an entry in the index of callers: each caller has one for a block that has a record of it. So the
 * records of many callers cost little more to write than those of one.
 */
const BLOCK = 128;
/** The least and the most that an integer column holds. No strand of the gateway's own has a number that JavaScript does not hold. */
const FIRST = -(2n ** 63n);
const LAST = 2n ** 63n - 1n;
const ALL: AuditFilter = { since: null, until: null, caller: null };
/** As text, since an attacker may have written an integer that a JavaScript number cannot hold. */
const COLUMNS =
  'CAST(strand AS TEXT) AS strand, CAST(seq AS TEXT) AS seq, CAST(at AS TEXT) AS at, caller, body, previous, hash';
/** Steps from strand to strand, without reading all records. */
const RECORDED_STRANDS = `WITH RECURSIVE found (strand) AS (
    SELECT MIN(strand) FROM audit
    UNION ALL
    SELECT (SELECT MIN(audit.strand) FROM audit WHERE audit.strand > found.strand) FROM found WHERE found.strand IS NOT NULL
  )
  SELECT CAST(strand AS TEXT) AS strand FROM found WHERE strand IS NOT NULL`;

class Table extends AuditStrands implements AuditWriter {
  readonly #sql: SqlReader;
  readonly #caller: ColumnSeal;
  readonly #body: ColumnSeal;
  #near: { strand: number; block: number; callers: Set<string> } | null = null;

  /** In an encrypted store, who read what is sealed; the chain covers the open form. */
  constructor(sql: SqlReader, vault: Vault) {
    super(sql);
    this.#sql = sql;
    this.#caller = vault.key('audit.caller');
    this.#body = vault.value('audit.body');
  }

  async exists(): Promise<boolean> {
    const rows = await this.#sql.all(
      `SELECT 1 WHERE EXISTS (SELECT 1 FROM audit) OR EXISTS (SELECT 1 FROM audit_strands)
         OR EXISTS (SELECT 1 FROM audit_end)`,
    );
    return rows.length > 0;
  }

  async recordedStrands(): Promise<ReadonlySet<number>> {
    const rows = await this.#sql.all(RECORDED_STRANDS);
    return new Set(rows.map(({ strand }) => Number(strand)));
  }

  async *rows(strand: number, filter: AuditFilter = ALL): AsyncGenerator<AuditRow> {
    if (!Number.isSafeInteger(strand)) return;
    if (filter.caller === null) {
      yield* this.#between(strand, FIRST, LAST, filter);
      return;
    }
    const caller = this.#caller.seal(filter.caller);
    const size = BigInt(BLOCK);
    let blocks: bigint[] = [];
    do {
      const found = await this.#sql.all(
        `SELECT CAST(block AS TEXT) AS block FROM audit_callers
         WHERE caller = $1 AND strand = $2 AND block > $3 AND block <= $4
         ORDER BY audit_callers.block LIMIT $5`,
        [caller, strand, blocks.at(-1) ?? FIRST / size, LAST / size, BATCH],
      );
      blocks = found.map(({ block }) => BigInt(String(block)));
      for (const block of blocks)
        yield* this.#between(strand, block * size, block * size + size - 1n, filter);
    } while (blocks.length === BATCH);
  }

  async *#between(
    strand: number,
    first: bigint,
    last: bigint,
    { since, until, caller }: AuditFilter,
  ): AsyncGenerator<AuditRow> {
    const [own, several] =
      caller === null ? [null, null] : [this.#caller.seal(caller), this.#caller.seal('')];
    for (let from = first; from <= last;) {
      const found: SqlRow[] = await this.#sql.all(
        `SELECT ${COLUMNS} FROM audit
         WHERE strand = $1 AND seq >= $2 AND seq <= $3 AND at >= COALESCE($4, at) AND at < COALESCE($5, at + 1)
           AND caller IN (COALESCE($6, caller), COALESCE($7, caller))
         ORDER BY audit.seq LIMIT $8`,
        [strand, from, last, since, until, own, several, BATCH],
      );
      for (const row of found) yield this.#open(row);
      const end = found.at(-1);
      if (!end || found.length < BATCH) return;
      from = BigInt(String(end['seq'])) + 1n;
    }
  }

  async first(strand: number, limit: number): Promise<AuditRow[]> {
    if (!Number.isSafeInteger(strand)) return [];
    const rows = await this.#sql.all(
      `SELECT ${COLUMNS} FROM audit WHERE strand = $1 ORDER BY audit.seq LIMIT $2`,
      [strand, limit],
    );
    return rows.map((row) => this.#open(row));
  }

  async callersNear(strand: number, seq: number): Promise<ReadonlySet<string>> {
    return this.#callersOf(strand, Math.floor(seq / BLOCK));
  }

  async insert({ strand, seq, at, caller, body, previous, hash, callers }: NewAuditRow): Promise<void> {
    const block = Math.floor(seq / BLOCK);
    const known = await this.#callersOf(strand, block);
    for (const added of callers) {
      if (known.has(added)) continue;
      known.add(added);
      await this.#sql.all(
        `INSERT INTO audit_callers (caller, strand, block) VALUES ($1, $2, $3)
         ON CONFLICT (caller, strand, block) DO NOTHING`,
        [this.#caller.seal(added), strand, block],
      );
    }
    await this.#sql.all(
      'INSERT INTO audit (strand, seq, at, caller, body, previous, hash) VALUES ($1, $2, $3, $4, $5, $6, $7)',
      [strand, seq, at, this.#caller.seal(caller), this.#body.seal(body), previous, hash],
    );
  }

  async relink({
    strand,
    seq,
    previous,
    hash,
  }: Pick<AuditRow, 'strand' | 'seq' | 'previous' | 'hash'>): Promise<void> {
    await this.#sql.all('UPDATE audit SET previous = $1, hash = $2 WHERE strand = $3 AND seq = $4', [
      previous,
      hash,
      strand,
      seq,
    ]);
  }

  async remove(strand: number, seq: number): Promise<void> {
    await this.#sql.all('DELETE FROM audit WHERE strand = $1 AND seq <= $2', [strand, seq]);
    await this.#sql.all('DELETE FROM audit_callers WHERE strand = $1 AND block < $2', [
      strand,
      Math.floor((seq + 1) / BLOCK),
    ]);
  }

  async #callersOf(strand: number, block: number): Promise<Set<string>> {
    if (this.#near?.strand === strand && this.#near.block === block) return this.#near.callers;
    const rows = await this.#sql.all('SELECT caller FROM audit_callers WHERE strand = $1 AND block = $2', [
      strand,
      block,
    ]);
    const callers = new Set(rows.map((row) => openOr(this.#caller, row['caller'])));
    this.#near = { strand, block, callers };
    return callers;
  }

  /** Texts as they are in the row: changing one into another type changes its hash. */
  #open(row: SqlRow): AuditRow {
    return {
      strand: toWholeNumber(row['strand']),
      seq: toWholeNumber(row['seq']),
      at: toWholeNumber(row['at']),
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
  override callersNear(strand: number, seq: number): Promise<ReadonlySet<string>> {
    return new Table(this.#units, this.#vault).callersNear(strand, seq);
  }

  change<T>(change: (log: AuditWriter) => Promise<T>): Promise<T> {
    return this.#units.unit(async (tx) => {
      await tx.claim('audit');
      return change(new Table(tx, this.#vault));
    });
  }

  /** The head is the strand's lock, and shows whether all of it was committed by a run whose answer was lost. */
  extend(strand: number, take: () => AuditExtension): Promise<AuditMark | null> {
    return this.#units.unit(async (tx) => {
      const { from, rows, to } = take();
      const table = new Table(tx, this.#vault);
      const moved = await table.moveHead(strand, from, to);
      if (moved === 'ELSEWHERE') return null;
      if (moved === 'MOVED') for (const row of rows) await table.insert(row);
      return to;
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
