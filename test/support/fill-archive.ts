import { ArchiveFailures } from '../../src/archive/archive-failure.ts';
import { Backfill } from '../../src/archive/backfill.ts';
import type { KeptSource } from '../../src/archive/kept-source.ts';
import { Round } from '../../src/archive/round.ts';
import type { Lease } from '../../src/store/store.ts';
import type { Clock } from '../../src/util/clock.ts';
import { TestBudget } from './dependencies.ts';

export function createLease(signal = new AbortController().signal): Lease {
  return { name: 'archive:shop', token: 1, signal };
}

/** A round of an archive alone. */
export function createRound(
  { archive }: Pick<KeptSource, 'archive'>,
  clock: Clock,
  lease = createLease(),
): Round {
  return new Round({ archive, failures: new ArchiveFailures(archive, clock), clock, lease });
}

/** Keeps what has settled, in one round. @throws what has failed first */
export async function fillSettled(
  kept: Pick<KeptSource, 'source' | 'archive' | 'since' | 'settleMs'>,
  clock: Clock,
  lease?: Lease,
): Promise<Round> {
  const round = createRound(kept, clock, lease);
  await new Backfill({ ...kept, clock, createBudget: () => new TestBudget(clock.now()) }).run(round);
  if (round.failure !== null) throw round.failure;
  return round;
}
