import type { SqlReader, SqlRow } from '../sql.ts';
import type { AuditMark, AuditMarkName, AuditStrand } from '../store.ts';
import { toWholeNumber } from './whole-number.ts';

/** Numbers as text, since an attacker may have written an integer that a JavaScript number cannot hold. */
const STRANDS = `SELECT CAST(id AS TEXT) AS id, name, CAST(opened_at AS TEXT) AS opened_at, previous, hash,
  CAST(anchor_seq AS TEXT) AS anchor_seq, anchor_hash, anchor_seal, CAST(head_seq AS TEXT) AS head_seq, head_hash, head_seal
  FROM audit_strands ORDER BY audit_strands.id`;

/** The strands of the audit log, and the mark of the newest one. */
export class AuditStrands {
  readonly #sql: SqlReader;

  constructor(sql: SqlReader) {
    this.#sql = sql;
  }

  async strands(): Promise<AuditStrand[]> {
    return (await this.#sql.all(STRANDS)).map(toStrand);
  }

  async count(): Promise<number> {
    const [row] = await this.#sql.all('SELECT CAST(SUM(head_seq) AS TEXT) AS count FROM audit_strands');
    return Number(row?.['count'] ?? 0);
  }

  async end(): Promise<AuditMark | null> {
    const [row] = await this.#sql.all('SELECT CAST(strand AS TEXT) AS seq, hash, seal FROM audit_end');
    return row
      ? { seq: toWholeNumber(row['seq']), hash: String(row['hash']), seal: String(row['seal']) }
      : null;
  }

  async open({ id, name, openedAt, previous, hash, anchor, head }: AuditStrand): Promise<void> {
    await this.#sql.all(
      `INSERT INTO audit_strands (
         id, name, opened_at, previous, hash, anchor_seq, anchor_hash, anchor_seal, head_seq, head_hash, head_seal
       ) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
      [
        ...[id, name, openedAt, previous, hash],
        ...[anchor.seq, anchor.hash, anchor.seal, head.seq, head.hash, head.seal],
      ],
    );
  }

  async setEnd({ seq, hash, seal }: AuditMark): Promise<void> {
    await this.#sql.all(
      `INSERT INTO audit_end ("only", strand, hash, seal) VALUES (1, $1, $2, $3)
       ON CONFLICT ("only") DO UPDATE SET strand = excluded.strand, hash = excluded.hash, seal = excluded.seal`,
      [seq, hash, seal],
    );
  }

  async setMark(strand: number, name: AuditMarkName, { seq, hash, seal }: AuditMark): Promise<void> {
    await this.#sql.all(
      `UPDATE audit_strands SET ${name}_seq = $1, ${name}_hash = $2, ${name}_seal = $3 WHERE id = $4`,
      [seq, hash, seal, strand],
    );
  }

  async relinkStrand({ id, previous, hash }: Pick<AuditStrand, 'id' | 'previous' | 'hash'>): Promise<void> {
    await this.#sql.all('UPDATE audit_strands SET previous = $1, hash = $2 WHERE id = $3', [
      previous,
      hash,
      id,
    ]);
  }

  /** Whatever extends the strand waits here until the one before has ended. @returns whether it has moved, or stood at `to` already */
  async moveHead(strand: number, from: AuditMark, to: AuditMark): Promise<'MOVED' | 'THERE' | 'ELSEWHERE'> {
    const moved = await this.#sql.all(
      `UPDATE audit_strands SET head_seq = $1, head_hash = $2, head_seal = $3
       WHERE id = $4 AND head_seq = $5 AND head_hash = $6 AND head_seal = $7 RETURNING 1`,
      [to.seq, to.hash, to.seal, strand, from.seq, from.hash, from.seal],
    );
    if (moved.length > 0) return 'MOVED';
    const there = await this.#sql.all(
      'SELECT 1 FROM audit_strands WHERE id = $1 AND head_seq = $2 AND head_hash = $3 AND head_seal = $4',
      [strand, to.seq, to.hash, to.seal],
    );
    return there.length > 0 ? 'THERE' : 'ELSEWHERE';
  }
}

function toStrand(row: SqlRow): AuditStrand {
  const mark = (name: AuditMarkName): AuditMark => ({
    seq: toWholeNumber(row[`${name}_seq`]),
    hash: String(row[`${name}_hash`]),
    seal: String(row[`${name}_seal`]),
  });
  return {
    id: toWholeNumber(row['id']),
    name: String(row['name']),
    openedAt: toWholeNumber(row['opened_at']),
    previous: String(row['previous']),
    hash: String(row['hash']),
    anchor: mark('anchor'),
    head: mark('head'),
  };
}
