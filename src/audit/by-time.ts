import type { AuditFilter, AuditReader, AuditRow } from '../store/store.ts';

interface Strand {
  next: AuditRow;
  rows: AsyncIterator<AuditRow>;
}

/**
 * The records of all strands in the order of time, lazily: of those that ran at the same time, the earliest record comes first.
 * Within a strand they come as they were written.
 */
export async function* rowsByTime(audit: AuditReader, filter: AuditFilter): AsyncGenerator<AuditRow> {
  const closed = (await audit.strands()).sort((a, b) => a.openedAt - b.openedAt);
  let open: Strand[] = [];
  for (;;) {
    // A strand has nothing to give before it was opened, unless the clock was set back later.
    const earliest = earliestOf(open);
    const next = closed[0];
    if (next && (!earliest || next.openedAt <= earliest.next.at)) {
      closed.shift();
      open = [...open, ...(await advance(audit.rows(next.id, filter)[Symbol.asyncIterator]()))];
      continue;
    }
    if (!earliest) return;
    yield earliest.next;
    const advanced = await advance(earliest.rows);
    open = open.flatMap((strand) => (strand === earliest ? advanced : [strand]));
  }
}

async function advance(rows: AsyncIterator<AuditRow>): Promise<Strand[]> {
  const result = await rows.next();
  return result.done ? [] : [{ next: result.value, rows }];
}

function earliestOf(strands: readonly Strand[]): Strand | undefined {
  return strands.reduce<Strand | undefined>(
    (earliest, strand) => (earliest && earliest.next.at <= strand.next.at ? earliest : strand),
    undefined,
  );
}
