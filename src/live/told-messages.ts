import { ArchiveGuard } from '../archive/archive-guard.ts';
import { keepTold } from '../archive/keep-told.ts';
import type { KeptSource } from '../archive/kept-source.ts';
import type { Lease } from '../store/store.ts';
import type { Clock } from '../util/clock.ts';
import { latestNow } from '../util/present.ts';

export interface ToldMessagesOptions {
  /** A message is of one of them. */
  kept: readonly Pick<KeptSource, 'archive' | 'source'>[];
  clock: Clock;
  lease: Lease;
  /** The archives' store fails: called once, until it answers again. */
  onFailure: (error: unknown) => void;
}

/**
 * Keeps in archives what webhooks tell of messages that are kept already. While their store fails, it is left to the passes, which compare
 * what is less than a month old.
 */
export class ToldMessages {
  readonly #options: ToldMessagesOptions;
  readonly #guard: ArchiveGuard;

  constructor(options: ToldMessagesOptions) {
    this.#options = options;
    this.#guard = new ArchiveGuard(options.onFailure);
  }

  /** @param seconds Unix s: in which the messages were sent, as `Updates.toldOf`. @throws LostLeaseError */
  async keep(seconds: readonly number[]): Promise<void> {
    const { kept, clock, lease } = this.#options;
    await this.#guard.run(
      async () => {
        for (const second of new Set(seconds))
          for (const { archive, source } of kept)
            if (source.told) await keepTold(archive, source.told, second, latestNow(clock), lease);
      },
      () => undefined,
    );
  }
}
