import type { TimeSpan } from '../store/store.ts';
import { Backfill, type BackfillOptions } from './backfill.ts';
import type { Round } from './round.ts';

/**
 * Reads what is not complete of a span, until all of it is read once. Another process may fill the same archive meanwhile.
 *
 * @throws what a page has failed with
 */
export async function refill(
  { since, until }: TimeSpan,
  options: BackfillOptions,
  createRound: () => Round,
): Promise<void> {
  const within = { ...options, since: Math.max(since, options.since), until, isBeside: true };
  for (;;) {
    const round = createRound();
    await new Backfill(within).run(round);
    if (round.failure !== null) throw round.failure;
    if (!round.hasMore) return;
  }
}
