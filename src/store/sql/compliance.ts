import type { HoldScope } from '../../domain/hold.ts';
import type { Sql, SqlRow } from '../sql.ts';
import type { ComplianceStore, Hold } from '../store.ts';
import type { ColumnSeal, Vault } from '../vault.ts';

export class SqlCompliance implements ComplianceStore {
  readonly #sql: Sql;
  readonly #reason: ColumnSeal;
  readonly #scope: ColumnSeal;

  constructor(sql: Sql, vault: Vault) {
    this.#sql = sql;
    this.#reason = vault.value('archive_hold.reason');
    this.#scope = vault.value('archive_hold.scope');
  }

  async holds(): Promise<Hold[]> {
    const rows = await this.#sql.all(
      'SELECT id, reason, scope, placed_at, released_at FROM archive_hold ORDER BY id',
    );
    return rows.map((row) => this.#toHold(row));
  }

  async placeHold(reason: string, scope: HoldScope, now: number): Promise<number> {
    const [row] = await this.#sql.unit((tx) =>
      tx.all('INSERT INTO archive_hold (reason, scope, placed_at) VALUES ($1, $2, $3) RETURNING id', [
        this.#reason.seal(reason),
        this.#scope.seal(JSON.stringify(scope)),
        now,
      ]),
    );
    return Number(row?.['id']);
  }

  async releaseHold(id: number, now: number): Promise<boolean> {
    const released = await this.#sql.unit((tx) =>
      tx.all('UPDATE archive_hold SET released_at = $2 WHERE id = $1 AND released_at IS NULL RETURNING id', [
        id,
        now,
      ]),
    );
    return released.length > 0;
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
