import type { AuditMark, AuditMarkName, AuditReader, AuditRow, AuditStrand } from '../store/store.ts';
import { Findings, span } from './findings.ts';
import { followRecords } from './follow-records.ts';
import { BEGINNING, type AuditSeal, type Place } from './seal.ts';

/** Where a strand ends, as it was exported earlier. */
export interface KnownHead extends Place {
  strand: number;
}

export interface AuditReport {
  /** The number of records seen. */
  count: number;
  /** The number of records that were pruned. */
  pruned: number;
  /** Where the records of each strand end. */
  heads: KnownHead[];
  /** What was changed, in the order of strands and records, at most twenty. Empty when nothing was. */
  findings: string[];
}

/**
 * Follows the chain of strands, and each strand from its anchor to its head. Finds every record and strand that was edited,
 * removed, inserted or moved, and every record that is not found by a caller that it names. In one change, as it was at one moment.
 *
 * @param known heads that were exported earlier: the strands must contain them
 */
export async function verifyLog(
  audit: AuditReader,
  seal: AuditSeal,
  known: readonly KnownHead[] = [],
): Promise<AuditReport> {
  const findings = new Findings();
  const strands = await audit.strands();
  const end = await audit.end();
  const isEarlier = isOfEarlierProgram(strands, end);
  if (!isEarlier) followStrands(strands, end, seal, findings);
  const recorded = new Set(await audit.recordedStrands());
  const report: AuditReport = { count: 0, pruned: 0, heads: [], findings: findings.texts };
  for (const strand of strands) {
    const { id } = strand;
    const rows = recorded.delete(id) ? audit.rows(id) : [];
    const isGenuine = (name: AuditMarkName): boolean =>
      isEarlier ? seal.isEarlier(name, strand[name]) : seal.isGenuine(id, name, strand[name]);
    const ofStrand = known.filter((head) => head.strand === id);
    const followed = await followRecords(audit, { strand, rows, isGenuine }, seal, ofStrand, findings);
    report.count += followed.count;
    report.pruned += strand.anchor.seq;
    report.heads.push({ strand: id, ...followed.end });
  }
  for (const id of recorded) findings.add(`Records of strand ${id} are there, and no such strand.`);
  const ids = new Set(strands.map(({ id }) => id));
  for (const { strand } of known)
    if (!ids.has(strand)) findings.add(`Strand ${strand} of the exported head is missing.`);
  return report;
}

/** The records of a strand up to this one follow one another, from its anchor on, and each is found by its callers. */
export async function isIntactUpTo(
  audit: AuditReader,
  seal: AuditSeal,
  strand: AuditStrand,
  rows: readonly AuditRow[],
  last: Place,
): Promise<boolean> {
  const findings = new Findings();
  const isGenuine = (name: AuditMarkName): boolean =>
    name === 'head' || seal.isGenuine(strand.id, name, strand[name]);
  const upToLast = { ...strand, head: { ...strand.head, seq: last.seq, hash: last.hash } };
  await followRecords(audit, { strand: upToLast, rows, isGenuine }, seal, [], findings);
  return findings.texts.length === 0;
}

/** A log that no gateway has opened since there are strands: its marks are sealed in another way, which is no longer good once one has. */
export function isOfEarlierProgram(strands: readonly AuditStrand[], end: AuditMark | null): boolean {
  const [first] = strands;
  return end === null && strands.length === 1 && first?.id === 0 && first.hash === '';
}

function followStrands(
  strands: readonly AuditStrand[],
  end: AuditMark | null,
  seal: AuditSeal,
  findings: Findings,
): void {
  let last: Place = strands[0]?.id === 0 ? { seq: -1, hash: '' } : BEGINNING;
  for (const { id, ...strand } of strands) {
    if (id > last.seq + 1) findings.add(`${span('Strand', last.seq + 1, id - 1)} missing.`);
    else if (strand.previous !== last.hash)
      findings.add(`Strand ${id} does not follow the strand before it.`);
    if (seal.strand({ id, ...strand }) !== strand.hash) findings.add(`Strand ${id} was changed.`);
    last = { seq: id, hash: strand.hash };
  }
  if (end === null)
    findings.add('The mark of the newest strand is missing: newer strands may be missing too.');
  else if (!seal.isGenuineEnd(end)) findings.add('The mark of the newest strand was changed.');
  else if (end.seq > last.seq) findings.add(`${span('Strand', last.seq + 1, end.seq)} missing, the newest.`);
  else if (end.seq < last.seq) findings.add(`${span('Strand', end.seq + 1, last.seq)} not the gateway's.`);
  else if (end.hash !== last.hash) findings.add('The newest strand is not the one that was opened last.');
}
