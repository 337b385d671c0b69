import type { SqlReader, SqlRow } from '../sql.ts';
import type { QuotaCaller, QuotaLimits } from '../store.ts';
import type { BackgroundShare } from './allot-background.ts';
import type { QuotaRow, QuotaState } from './exchange-quota.ts';
import type { Waiting } from './hand-out.ts';

const TO_MS = (time: string): string => `round(extract(epoch FROM ${time}) * 1000)::bigint`;

/** @returns with the server's clock in Unix ms. Rows whose time is up are there, too */
export async function readQuota(
  tx: SqlReader,
  account: string,
): Promise<{ state: QuotaState<string>; now: number }> {
  const found = await tx.all(
    `SELECT ${TO_MS('clock_timestamp()')} AS now, quota_rotations.callers AS rotation, holder, calls, concurrent,
       calls_needed, concurrent_needed, waiting, permits, asks_every_ms, ${TO_MS('until')} AS until
     FROM (SELECT $1::text AS account) AS asked
       LEFT JOIN quota_rotations USING (account) LEFT JOIN quota_shares USING (account)
     ORDER BY holder`,
    [account],
  );
  const rows = found.flatMap((row): [string, QuotaRow][] =>
    typeof row['holder'] === 'string' ? [[row['holder'], toQuotaRow(row)]] : [],
  );
  const [first] = found;
  const rotation = listOf(first?.['rotation']).map(toCaller);
  return { state: { rows: new Map(rows), rotation }, now: Number(first?.['now']) };
}

/** Writes what is another object than before. */
export async function keepQuota(
  tx: SqlReader,
  account: string,
  before: QuotaState<string>,
  after: QuotaState<string>,
): Promise<void> {
  const gone = [...before.rows.keys()].filter((holder) => !after.rows.has(holder));
  if (gone.length > 0) {
    await tx.all(
      `DELETE FROM quota_shares
       WHERE account = $1 AND holder IN (SELECT jsonb_array_elements_text($2)::uuid)`,
      [account, JSON.stringify(gone)],
    );
  }
  const rotation = JSON.stringify(after.rotation);
  if (rotation !== JSON.stringify(before.rotation)) {
    await tx.all(
      `INSERT INTO quota_rotations (account, callers) VALUES ($1, $2)
       ON CONFLICT (account) DO UPDATE SET callers = excluded.callers`,
      [account, rotation],
    );
  }
  const changed = [...after.rows].filter(([holder, row]) => before.rows.get(holder) !== row);
  if (changed.length === 0) return;
  // Older programs divide by the number of callers, and serve the lowest `turn` first.
  await tx.all(
    `INSERT INTO quota_shares
       (account, holder, calls, concurrent, calls_needed, concurrent_needed, waiting, permits, asks_every_ms, callers,
        turn, until)
     SELECT $1, holder, calls, concurrent, calls_needed, concurrent_needed, waiting, permits, round(asks_every_ms)::integer,
       jsonb_array_length(waiting), 0, to_timestamp(until / 1000.0)
     FROM jsonb_to_recordset($2) AS changed (holder uuid, calls integer, concurrent integer, calls_needed integer,
       concurrent_needed integer, waiting jsonb, permits jsonb, asks_every_ms double precision, until double precision)
     ON CONFLICT (account, holder) DO UPDATE SET
       calls = excluded.calls, concurrent = excluded.concurrent, calls_needed = excluded.calls_needed,
       concurrent_needed = excluded.concurrent_needed, waiting = excluded.waiting, permits = excluded.permits,
       asks_every_ms = excluded.asks_every_ms, callers = excluded.callers, until = excluded.until`,
    [account, JSON.stringify(changed.map(([holder, row]) => toRecord(holder, row)))],
  );
}

function toRecord(
  holder: string,
  { held, needed, background, waiting, permits, asksEveryMs, until }: QuotaRow,
): object {
  return {
    holder,
    calls: held.callsPerSecond,
    concurrent: held.maxConcurrent,
    calls_needed: needed.callsPerSecond,
    concurrent_needed: needed.maxConcurrent,
    waiting: [
      ...waiting.map(({ caller, calls, since }) => [caller, calls, since]),
      ...(background ? [toBackgroundEntry(background)] : []),
    ],
    permits,
    asks_every_ms: asksEveryMs,
    until,
  };
}

/** For programs that do not know it, none of the gateway's own calls wait there. */
function toBackgroundEntry({ used, wanted }: BackgroundShare): unknown[] {
  const places = [used, wanted].flatMap(({ callsPerSecond, maxConcurrent }) => [
    callsPerSecond,
    maxConcurrent,
  ]);
  return [null, 0, 0, ...places];
}

function isBackgroundEntry(entry: unknown): boolean {
  return listOf(entry).length > 3;
}

function toBackground(entry: unknown): BackgroundShare {
  const [, , , usedCalls, usedConcurrent, calls, concurrent] = listOf(entry).map(Number);
  const toLimits = (callsPerSecond = 0, maxConcurrent = 0): QuotaLimits => ({
    callsPerSecond,
    maxConcurrent,
  });
  return { used: toLimits(usedCalls, usedConcurrent), wanted: toLimits(calls, concurrent) };
}

function toQuotaRow(row: SqlRow): QuotaRow {
  const entries = listOf(row['waiting']);
  const [background] = entries.filter(isBackgroundEntry).map(toBackground);
  return {
    held: { callsPerSecond: Number(row['calls']), maxConcurrent: Number(row['concurrent']) },
    needed: { callsPerSecond: Number(row['calls_needed']), maxConcurrent: Number(row['concurrent_needed']) },
    background: background ?? null,
    waiting: entries.filter((entry) => !isBackgroundEntry(entry)).map(toWaiting),
    permits: listOf(row['permits']).map(toCaller),
    asksEveryMs: Number(row['asks_every_ms']),
    until: Number(row['until']),
  };
}

function toWaiting(value: unknown): Waiting {
  const [caller, calls, since] = listOf(value);
  return { caller: toCaller(caller), calls: Number(calls), since: Number(since) };
}

function toCaller(value: unknown): QuotaCaller {
  return typeof value === 'string' ? value : null;
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
