import type { AuditMarkName, AuditReader, AuditRow, AuditStrand } from '../store/store.ts';
import { callersOf } from './entry.ts';
import { span, type Findings } from './findings.ts';
import type { AuditSeal, Place } from './seal.ts';

export interface Records {
  strand: AuditStrand;
  /** In the order of `seq`. */
  rows: Iterable<AuditRow> | AsyncIterable<AuditRow>;
  isGenuine: (name: AuditMarkName) => boolean;
}

/**
 * Follows the records of a strand from its anchor to its head.
 *
 * @param known places through which they must lead, unless pruned
 */
export async function followRecords(
  audit: AuditReader,
  { strand, rows, isGenuine }: Records,
  seal: AuditSeal,
  known: readonly Place[],
  findings: Findings,
): Promise<{ count: number; end: Place }> {
  const { id, anchor, head } = strand;
  const of = `of strand ${id}`;
  if (!isGenuine('anchor')) findings.add(`The mark of the beginning ${of} was changed.`);
  const begin: Place = { seq: anchor.seq, hash: anchor.hash };
  let end = begin;
  const hashes = new Map(known.map(({ seq }) => [seq, seq === begin.seq ? begin.hash : null]));

  let count = 0;
  for await (const row of rows) {
    count++;
    const isOwn = seal.hash(row) === row.hash;
    for (const text of compare(row, end, isOwn, of)) findings.add(text);
    // The callers that a changed record names mean nothing.
    if (isOwn && !(await isFoundByCallers(audit, row)))
      findings.add(`Record ${row.seq} ${of} is not found by its caller.`);
    if (hashes.has(row.seq)) hashes.set(row.seq, row.hash);
    end = { seq: row.seq, hash: row.hash };
  }

  if (!isGenuine('head')) findings.add(`The mark of the end ${of} was changed.`);
  else if (head.seq > end.seq)
    findings.add(`${span('Record', end.seq + 1, head.seq, of)} missing, the newest.`);
  else if (head.seq < end.seq)
    findings.add(`${span('Record', head.seq + 1, end.seq, of)} not the gateway's.`);
  else if (head.hash !== end.hash)
    findings.add(`The newest record ${of} is not the one that was written last.`);

  for (const { seq, hash } of known)
    if (seq >= begin.seq && hashes.get(seq) !== hash)
      findings.add(`Strand ${id} does not lead through record ${seq} as in the exported head.`);
  return { count, end };
}

function compare(row: AuditRow, before: Place, isOwn: boolean, of: string): string[] {
  const { seq } = row;
  if (seq <= before.seq) return [`Record ${seq} ${of} was inserted.`];
  return [
    ...(seq > before.seq + 1 ? [`${span('Record', before.seq + 1, seq - 1, of)} missing.`] : []),
    ...(isOwn ? [] : [`Record ${seq} ${of} was changed.`]),
    ...(seq === before.seq + 1 && row.previous !== before.hash
      ? [`Record ${seq} ${of} does not follow the record before it.`]
      : []),
  ];
}

async function isFoundByCallers(audit: AuditReader, row: AuditRow): Promise<boolean> {
  const near = await audit.callersNear(row.strand, row.seq);
  return [...callersOf(row)].every((caller) => near.has(caller));
}
