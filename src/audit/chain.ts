import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';
import type { AuditMark, AuditMarkName, AuditReader, AuditRow } from '../store/store.ts';
import { deriveKey } from '../util/crypto.ts';
import { callersOf } from './entry.ts';

/** A place in the chain: after the record with this number, which has this hash. */
export interface Place {
  seq: number;
  hash: string;
}

/** Before the first record. */
export const BEGINNING: Place = { seq: 0, hash: '' };

/** Hashes records and seals marks under a key derived from the gateway's secret. */
export class AuditSeal {
  readonly #key: KeyObject;

  constructor(secret: Buffer) {
    this.#key = createSecretKey(deriveKey(secret, 'audit log'));
  }

  hash({ seq, at, caller, body, previous }: Omit<AuditRow, 'hash'>): string {
    return this.#mac(['record', seq, at, caller, body, previous]);
  }

  mark(name: AuditMarkName, { seq, hash }: Place): AuditMark {
    return { seq, hash, seal: this.#mac([name, seq, hash]) };
  }

  isGenuine(name: AuditMarkName, mark: AuditMark): boolean {
    return this.mark(name, mark).seal === mark.seal;
  }

  #mac(parts: (string | number)[]): string {
    return createHmac('sha256', this.#key).update(JSON.stringify(parts)).digest('base64url');
  }
}

/** A change in the log. */
export interface Finding {
  /** The record at which it shows. */
  seq: number;
  text: string;
}

export interface ChainReport {
  /** The number of records seen. */
  count: number;
  /** Where the records end. */
  end: Place;
  /** Empty when nothing was changed. In the order of the records, at most `MAX_FINDINGS`. */
  findings: Finding[];
}

export interface Chain {
  /** In the order of `seq`. */
  rows: Iterable<AuditRow> | AsyncIterable<AuditRow>;
  anchor: AuditMark | null;
  head: AuditMark | null;
  /** All callers under whom the record with this number is found, and maybe others. */
  callersNear: (seq: number) => Promise<ReadonlySet<string>>;
}

/** The whole chain; in one change, as it was at one moment. */
export async function readChain(audit: AuditReader): Promise<Chain> {
  return {
    rows: audit.rows(),
    anchor: await audit.mark('anchor'),
    head: await audit.mark('head'),
    callersNear: (seq) => audit.callersNear(seq),
  };
}

/** More findings than this add nothing. */
const MAX_FINDINGS = 20;

/**
 * Follows the chain from its anchor to its head, and finds every record that was edited, removed, inserted or moved, or is not
 * found by a caller that it names.
 *
 * @param known a head that was exported earlier: the chain must contain it
 */
export async function verifyChain(
  { rows, anchor, head, callersNear }: Chain,
  seal: AuditSeal,
  known: Place | null = null,
): Promise<ChainReport> {
  const findings: Finding[] = [];
  const find = (seq: number, text: string): void => {
    if (findings.length < MAX_FINDINGS) findings.push({ seq, text });
  };
  let end: Place = BEGINNING;
  if (anchor === null) find(0, 'The mark of the beginning is missing.');
  else if (!seal.isGenuine('anchor', anchor)) find(anchor.seq, 'The mark of the beginning was changed.');
  else end = anchor;
  const begin = end;
  let knownHash = known?.seq === begin.seq ? begin.hash : null;

  let count = 0;
  for await (const row of rows) {
    count++;
    const isGenuine = seal.hash(row) === row.hash;
    for (const text of compare(row, end, isGenuine)) find(row.seq, text);
    // The callers that a changed record names mean nothing.
    if (isGenuine && !(await isFoundByCallers(row, callersNear)))
      find(row.seq, `Record ${row.seq} is not found by its caller.`);
    if (row.seq === known?.seq) knownHash = row.hash;
    end = { seq: row.seq, hash: row.hash };
  }

  if (head === null) find(end.seq, 'The mark of the end is missing: newer records may be missing too.');
  else if (!seal.isGenuine('head', head)) find(head.seq, 'The mark of the end was changed.');
  else if (head.seq > end.seq) find(end.seq + 1, `${span(end.seq + 1, head.seq)} missing, the newest.`);
  else if (head.seq < end.seq) find(head.seq + 1, `${span(head.seq + 1, end.seq)} not the gateway's.`);
  else if (head.hash !== end.hash) find(end.seq, 'The newest record is not the one that was written last.');

  if (known !== null && known.seq >= begin.seq && knownHash !== known.hash) {
    find(known.seq, `The chain does not lead through record ${known.seq} as in the exported head.`);
  }
  return { count, end, findings };
}

function compare(row: AuditRow, before: Place, isGenuine: boolean): string[] {
  if (row.seq <= before.seq) return [`Record ${row.seq} was inserted.`];
  return [
    ...(row.seq > before.seq + 1 ? [`${span(before.seq + 1, row.seq - 1)} missing.`] : []),
    ...(isGenuine ? [] : [`Record ${row.seq} was changed.`]),
    ...(row.seq === before.seq + 1 && row.previous !== before.hash
      ? [`Record ${row.seq} does not follow the record before it.`]
      : []),
  ];
}

async function isFoundByCallers(row: AuditRow, callersNear: Chain['callersNear']): Promise<boolean> {
  const near = await callersNear(row.seq);
  return [...callersOf(row)].every((caller) => near.has(caller));
}

function span(first: number, last: number): string {
  return first === last ? `Record ${first} is` : `Records ${first} to ${last} are`;
}
