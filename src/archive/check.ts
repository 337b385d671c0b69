import type { TimeSpan } from '../store/store.ts';
import { latestNow } from '../util/present.ts';
import type { BackfillOptions } from './backfill.ts';
import { compare, toChanges, type Difference } from './compare.ts';
import { without } from './coverage-gaps.ts';
import { readExpired } from './expired.ts';
import { listParts } from './listing.ts';
import { markAt } from './mark.ts';
import type { Round } from './round.ts';
import { toEntry } from './to-entry.ts';

/** What a page of what is complete has otherwise than the source lists it now. */
export interface Checked extends Difference {
  span: TimeSpan;
  /** How many messages the source lists there. */
  listed: number;
}

/**
 * Compares what is complete of a span with what the source lists now, page by page, oldest first. Changes nothing.
 *
 * @throws as `listParts`
 */
export async function* check(span: TimeSpan, options: BackfillOptions): AsyncGenerator<Checked> {
  const { archive } = options;
  const complete = without(await archive.coverage(), await readExpired(archive));
  for (const { since, until } of complete) {
    const part = { since: Math.max(since, span.since), until: Math.min(until, span.until) };
    yield* checkAll(part, options);
  }
}

async function* checkAll({ since, until }: TimeSpan, options: BackfillOptions): AsyncGenerator<Checked> {
  for await (const listed of listParts(markAt(since), until, options)) {
    const difference = await compare(listed, options);
    if (difference.isCertain) yield { span: listed.span, listed: listed.messages.length, ...difference };
    else yield* checkAll(listed.span, options);
  }
}

export function isSound({ missing, changed, relisted, delisted }: Difference): boolean {
  return missing.length + changed.length + relisted.length + delisted.length === 0;
}

/**
 * Does the same, and keeps the difference. Where something was missing, nothing counts as complete until `refill` has read it again.
 *
 * @throws LostLeaseError
 */
export async function* repair(
  span: TimeSpan,
  options: BackfillOptions,
  round: Round,
): AsyncGenerator<Checked> {
  for await (const checked of check(span, options)) {
    if (!isSound(checked)) {
      await round.keep({
        entries: toChanges(checked).map(toEntry),
        delisted: checked.delisted,
        readAt: latestNow(options.clock),
        covers: null,
        ...(checked.missing.length > 0 && { uncovers: checked.span }),
        progress: null,
      });
    }
    yield checked;
  }
}
