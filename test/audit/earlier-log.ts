import { createHmac } from 'node:crypto';
import { AuditSeal, BEGINNING } from '../../src/audit/seal.ts';
import type { AuditMark, AuditMarkName, AuditRow } from '../../src/store/store.ts';
import { deriveKey } from '../../src/util/crypto.ts';
import { createEntry } from './entries.ts';

export interface EarlierLog {
  rows: Omit<AuditRow, 'strand'>[];
  marks: (AuditMark & { name: AuditMarkName })[];
}

/** What programs wrote that had one chain, and marks without a strand. */
export function makeEarlierLog(secret: Buffer, records: number): EarlierLog {
  const seal = new AuditSeal(secret);
  const rows: EarlierLog['rows'] = [];
  let end = BEGINNING;
  for (let seq = 1; seq <= records; seq++) {
    const { at, caller, ...entry } = createEntry(seq);
    const row = { seq, at, caller, body: JSON.stringify(entry), previous: end.hash };
    end = { seq, hash: seal.hash(row) };
    rows.push({ ...row, hash: end.hash });
  }
  const key = deriveKey(secret, 'audit log');
  const marks = (['anchor', 'head'] as const).map((name) => {
    const { seq, hash } = name === 'anchor' ? BEGINNING : end;
    const mac = createHmac('sha256', key).update(JSON.stringify([name, seq, hash]));
    return { name, seq, hash, seal: mac.digest('base64url') };
  });
  return { rows, marks };
}
