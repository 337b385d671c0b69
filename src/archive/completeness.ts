import type { ChatChannel } from '../datasources/message-source.ts';
import type { TimeSpan } from '../store/store.ts';
import { completeUntil, isComplete, lacksPart, type ArchiveLack } from './archive-lack.ts';

type Archived = Pick<ChatChannel, 'name' | 'archiveNames' | 'archiveState'>;

/** How much of the history of some channels is kept, by what their archives tell. */
export class Completeness {
  readonly #channels: readonly Archived[];

  constructor(channels: readonly Archived[]) {
    this.#channels = channels;
  }

  /** Whether all that a walk over the span would read is kept. */
  async hasAll(span: TimeSpan): Promise<boolean> {
    const archived = this.#channels.filter(({ archiveNames }) => archiveNames !== undefined);
    // Told without a look into any archive.
    if (archived.length < this.#channels.length) return false;
    const states = await Promise.all(archived.map(async (channel) => channel.archiveState?.()));
    return states.every((state) => state !== undefined && isComplete(state, span));
  }

  /** @returns the first of the channels of which the span is not kept as it should be; null: all are */
  async findLack(span: TimeSpan): Promise<ArchiveLack | null> {
    for (const channel of this.#channels) {
      const state = await channel.archiveState?.();
      const lack = state ? lacksPart(state, span) : { complete: null, hasExpired: false };
      if (lack) return { channel: channel.name, ...lack };
    }
    return null;
  }

  /** @returns as `completeUntil` of each channel that has an archive, by its name */
  async completeUntil(moment: number): Promise<ReadonlyMap<string, number>> {
    const ends = new Map<string, number>();
    for (const channel of this.#channels) {
      const state = await channel.archiveState?.();
      if (state) ends.set(channel.name, completeUntil(state, moment));
    }
    return ends;
  }
}
