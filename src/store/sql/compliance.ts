import type { HoldScope } from '../../domain/hold.ts';
import type { Sql, SqlRow, SqlUnit, UnitOptions } from '../sql.ts';
import type { ComplianceStore, Hold } from '../store.ts';
import type { ColumnSeal, Vault } from '../vault.ts';
import { inBatches } from './in-batches.ts';
import { OwnWrites } from './own-writes.ts';

const ERASURE_KEY = 'erasure key';
/** Subjects of one transaction: a few milliseconds, in which nothing else is written into a file. */
const UNIT = 1_000;

export class SqlCompliance implements ComplianceStore {
  readonly #sql: Sql;
  readonly #reason: ColumnSeal;
  readonly #scope: ColumnSeal;
  readonly #writes: OwnWrites;

  constructor(sql: Sql, vault: Vault) {
    this.#sql = sql;
    this.#reason = vault.value('archive_hold.reason');
    this.#scope = vault.value('archive_hold.scope');
    this.#writes = new OwnWrites(sql, 'compliance');
  }

  version(): Promise<string> {
    return this.#writes.version();
  }

  async holds(): Promise<Hold[]> {
    const rows = await this.#sql.all(
      'SELECT id, reason, scope, placed_at, released_at FROM archive_hold ORDER BY id',
    );
    return rows.map((row) => this.#toHold(row));
  }

  async placeHold(reason: string, scope: HoldScope, now: number): Promise<number> {
    const [row] = await this.#change((tx) =>
      tx.all('INSERT INTO archive_hold (reason, scope, placed_at) VALUES ($1, $2, $3) RETURNING id', [
        this.#reason.seal(reason),
        this.#scope.seal(JSON.stringify(scope)),
        now,
      ]),
    );
    return Number(row?.['id']);
  }

  async releaseHold(id: number, now: number): Promise<boolean> {
    const released = await this.#change((tx) =>
      tx.all('UPDATE archive_hold SET released_at = $2 WHERE id = $1 AND released_at IS NULL RETURNING id', [
        id,
        now,
      ]),
    );
    return released.length > 0;
  }

  async erasures(): Promise<ReadonlyMap<string, number>> {
    const rows = await this.#sql.all('SELECT subject, until FROM archive_erased');
    return new Map(rows.map((row) => [String(row['subject']), Number(row['until'])]));
  }

  async noteErasures(subjects: readonly string[], until: number): Promise<void> {
    for (let from = 0; from < subjects.length; from += UNIT)
      // The last one brings those before it to disk.
      await this.#change(
        async (tx) => {
          for (const some of inBatches(subjects.slice(from, from + UNIT))) {
            const rows = some.map((_, index) => `($${index + 2})`).join(', ');
            // A row may be there twice in the list, and a statement changes each once.
            await tx.all(
              `INSERT INTO archive_erased (subject, until)
             SELECT DISTINCT column1, CAST($1 AS bigint) FROM (VALUES ${rows}) AS named WHERE true
             ON CONFLICT (subject) DO UPDATE SET until = excluded.until
             WHERE archive_erased.until < excluded.until`,
              [until, ...some],
            );
          }
        },
        { isLazy: from + UNIT < subjects.length },
      );
  }

  async erasureKey(): Promise<string | null> {
    const [row] = await this.#sql.all('SELECT value FROM settings WHERE name = $1', [ERASURE_KEY]);
    const value = row?.['value'];
    return value instanceof Uint8Array ? Buffer.from(value).toString() : null;
  }

  async keepErasureKey(sealed: string): Promise<string> {
    await this.#change((tx) =>
      tx.all('INSERT INTO settings (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING', [
        ERASURE_KEY,
        Buffer.from(sealed),
      ]),
    );
    return (await this.erasureKey()) ?? sealed;
  }

  async replaceErasureKey(sealed: string): Promise<void> {
    await this.#change((tx) =>
      tx.all('UPDATE settings SET value = $2 WHERE name = $1', [ERASURE_KEY, Buffer.from(sealed)]),
    );
  }

  #change<T>(change: (tx: SqlUnit) => Promise<T>, options?: UnitOptions): Promise<T> {
    const changed = this.#sql.unit(async (tx) => {
      await this.#writes.claim(tx);
      return change(tx);
    }, options);
    return this.#writes.during(changed);
  }

  #toHold(row: SqlRow): Hold {
    const releasedAt = row['released_at'] ?? null;
    return {
      id: Number(row['id']),
      reason: this.#reason.open(row['reason']),
      scope: JSON.parse(this.#scope.open(row['scope'])) as HoldScope,
      placedAt: Number(row['placed_at']),
      releasedAt: releasedAt === null ? null : Number(releasedAt),
    };
  }
}
