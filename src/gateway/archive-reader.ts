import { Completeness } from '../archive/completeness.ts';
import { KeptChannels } from '../archive/kept-channels.ts';
import type { KeptIndex } from '../archive/kept-index.ts';
import type { ChatChannel } from '../datasources/message-source.ts';
import { StoreUnavailableError } from '../errors/store-error.ts';
import { isStoreFailure } from '../store/store-failure.ts';
import type { TimeSpan } from '../store/store.ts';
import { readRecorded, type RecordRead } from './read-recorder.ts';

export type {
  ChannelParticipant,
  ConversationSummary,
  KeptChannels,
  ParticipantsQuestion,
  ParticipantSummary,
} from '../archive/kept-channels.ts';
export type {
  ArchiveStats,
  ConversationKey,
  ConversationQuery,
  IndexPosition,
  Move,
  MovePosition,
  ParticipantKey,
  StatsGrouping,
  TimeSpan,
} from '../store/store.ts';

/** What is read, as it is recorded. `channels`: names; one that the caller does not see has nothing. */
export type ArchiveRead = Parameters<typeof readRecorded>[1];

/** What archives keep, as resolvers read it. No calls to providers. */
export interface ArchiveReader {
  /**
   * Records what is read before it returns.
   *
   * @param ask is given what is kept of the channels
   * @param countOf how many messages, people and the like are returned
   * @throws StoreUnavailableError when the store fails
   */
  read<T>(
    of: ArchiveRead,
    ask: (kept: KeptChannels) => Promise<T>,
    countOf: (found: T) => number,
  ): Promise<T>;
  /** @returns whether all that a walk over the span would read is kept; false when the store fails */
  hasAll(channels: readonly string[], span: TimeSpan): Promise<boolean>;
}

/** @param channels all that the reader sees, by name */
export function createArchiveReader(
  index: KeptIndex,
  channels: ReadonlyMap<string, ChatChannel>,
  recordRead: RecordRead,
): ArchiveReader {
  return {
    read(of, ask, countOf) {
      const seen = of.channels.flatMap((name) => channels.get(name) ?? []);
      const read = { ...of, channels: seen.map(({ name }) => name) };
      const answer = (): ReturnType<typeof ask> => orUnavailable(() => ask(new KeptChannels(index, seen)));
      return orUnavailable(() => readRecorded(recordRead, read, answer, countOf));
    },

    async hasAll(names, span) {
      const seen = names.flatMap((name) => channels.get(name) ?? []);
      if (seen.length < names.length) return false;
      try {
        return await new Completeness(seen).hasAll(span);
      } catch (error) {
        if (isStoreFailure(error)) return false;
        throw error;
      }
    },
  };
}

/** @throws StoreUnavailableError when the store fails. That is no mistake of the program: the same may succeed a little later */
export async function orUnavailable<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    throw isStoreFailure(error) ? new StoreUnavailableError(error) : error;
  }
}
