import type { AuditReader, AuditStore } from '../store/store.ts';
import { BEGINNING, type AuditSeal } from './seal.ts';
import { isOfEarlierProgram } from './verify.ts';

const MARKS = ['anchor', 'head'] as const;

/** Begins a log where there is none, and makes what was written before there were strands the first strand. */
export async function beginLog(store: AuditStore, seal: AuditSeal): Promise<void> {
  if ((await store.end()) !== null) return;
  await store.change(async (audit) => {
    // Another process may have been first.
    const end = await audit.end();
    const strands = await audit.strands();
    if (!(await audit.exists())) await audit.setEnd(seal.end(BEGINNING));
    const [strand] = strands;
    // What was changed stays as it is, for all to see.
    if (
      !strand ||
      !isOfEarlierProgram(strands, end) ||
      !MARKS.every((name) => seal.isEarlier(name, strand[name]))
    )
      return;
    for (const name of MARKS) await audit.setMark(strand.id, name, seal.mark(strand.id, name, strand[name]));
    const hash = seal.strand(strand);
    await audit.relinkStrand({ ...strand, hash });
    await audit.setEnd(seal.end({ seq: strand.id, hash }));
  });
}

/** Whether all strands end where they should, by their marks alone. In one change: other processes open strands. */
export async function isAsWritten(audit: AuditReader, seal: AuditSeal): Promise<boolean> {
  const end = await audit.end();
  const strands = await audit.strands();
  if (isOfEarlierProgram(strands, end)) return strands.every(({ head }) => seal.isEarlier('head', head));
  const isEndGenuine = end !== null && seal.isGenuineEnd(end) && end.seq === (strands.at(-1)?.id ?? 0);
  return isEndGenuine && strands.every(({ id, head }) => seal.isGenuine(id, 'head', head));
}
