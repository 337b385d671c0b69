import { archiveAccountOf } from '../archive/archive-names.ts';
import { parseRecord } from '../archive/parse-record.ts';
import type { ChatChannel } from '../datasources/message-source.ts';
import type { MessageRecord, ParticipantRecord } from '../domain/records.ts';
import { isStoreFailure } from '../store/store-failure.ts';
import type {
  ArchiveIndex,
  ArchiveStats,
  Move,
  MovePosition,
  NearestQuery,
  ParticipantKey,
  StatsGrouping,
  TimeSpan,
} from '../store/store.ts';
import { isComplete, lacksPart, type ArchiveLack } from './archive-lack.ts';

export type { ArchiveStats, Move, MovePosition, ParticipantKey, StatsGrouping, TimeSpan };

/** A message of an archive. */
export interface ArchivedMessage {
  message: MessageRecord;
  /** As `ChangedEntry.archivedSeq`. */
  archivedSeq: number;
}

/** A participant with the channel that knows it. */
export type ChannelParticipant = Pick<ParticipantRecord, 'channel' | 'role' | 'nativeId'>;

/** What the archives of channels tell, by the names of the channels. No calls. One that is not there has no archive. */
export interface ArchiveReader {
  /** @returns whether all that a walk over the span would read is kept; false when the archive does not answer */
  hasAll(channels: readonly string[], span: TimeSpan): Promise<boolean>;
  /** @returns the first of the channels of which the span is not kept as it should be; null: all are */
  findLack(channels: readonly string[], span: TimeSpan): Promise<ArchiveLack | null>;
  /** As `ArchiveIndex.stats`. */
  stats(channels: readonly string[], span: TimeSpan, grouping: StatsGrouping): Promise<ArchiveStats[]>;
  /** The channel of a source or of an account that an answer names. */
  channelOf(name: string): string;
  /** Names as the newest messages have them, in the order of the participants; null: none. */
  namesOf(participants: readonly ChannelParticipant[]): Promise<(string | null)[]>;
  /** As `ArchiveIndex.moves`. */
  moves(
    channels: readonly string[],
    span: TimeSpan,
    after: MovePosition | null,
    limit: number,
  ): Promise<(Move & { position: MovePosition })[]>;
  /** As `ArchiveIndex.nearestMoves`. @param query with conversations as `moves` has returned them */
  nearestMoves(query: NearestQuery): Promise<Move[]>;
  /** As `ArchiveIndex.changedSince`. */
  changedSince(channels: readonly string[], archivedSeq: number, limit: number): Promise<ArchivedMessage[]>;
}

/** As many as one statement asks for well. */
const BATCH_SIZE = 500;

/**
 * @param channels those that the reader may see, by name
 * @param openIndex called when something is kept
 */
export function createArchiveReader(
  channels: ReadonlyMap<string, ChatChannel>,
  openIndex: () => ArchiveIndex,
): ArchiveReader {
  const sourcesOf = (names: readonly string[]): string[] =>
    names.flatMap((name) => channels.get(name)?.archiveNames ?? []);
  const owners = new Map(
    [...channels.values()].flatMap((channel) =>
      [archiveAccountOf(channel), ...(channel.archiveNames ?? [])].map(
        (name) => [name, channel.name] as const,
      ),
    ),
  );
  const ofSources = async <T>(
    names: readonly string[],
    read: (index: ArchiveIndex, sources: readonly string[]) => Promise<T[]>,
  ): Promise<T[]> => {
    const sources = sourcesOf(names);
    return sources.length === 0 ? [] : read(openIndex(), sources);
  };

  const namesIn = async (
    channel: string,
    people: readonly ParticipantKey[],
  ): Promise<Map<string, string>> => {
    const sources = sourcesOf([channel]);
    const names = new Map<string, string>();
    for (let from = 0; from < people.length; from += BATCH_SIZE) {
      const keys = people.slice(from, from + BATCH_SIZE);
      const found = await openIndex().participants(sources, { after: null, limit: keys.length, keys });
      for (const { lastMessage, ...person } of found) {
        const name = nameOf(person, parseRecord(lastMessage.record));
        if (name !== null) names.set(keyOf(person), name);
      }
    }
    return names;
  };

  return {
    async hasAll(names, span) {
      const archived = names.flatMap((name) => {
        const channel = channels.get(name);
        return channel?.archiveNames ? [channel] : [];
      });
      // Told without a look into any archive.
      if (archived.length < names.length) return false;
      try {
        const found = await Promise.all(archived.map(async (channel) => channel.archiveState?.()));
        return found.every((state) => state !== undefined && isComplete(state, span));
      } catch (error) {
        if (isStoreFailure(error)) return false;
        throw error;
      }
    },

    async findLack(names, span) {
      for (const channel of names) {
        const state = await channels.get(channel)?.archiveState?.();
        const lack = state ? lacksPart(state, span) : { complete: null };
        if (lack) return { channel, ...lack };
      }
      return null;
    },

    stats: (names, span, grouping) =>
      ofSources(names, (index, sources) => index.stats(sources, span, grouping)),

    channelOf(name) {
      const owner = owners.get(name);
      if (owner === undefined) throw new Error('An archive is named that no channel has');
      return owner;
    },

    async namesOf(participants) {
      const byChannel = Map.groupBy(participants, ({ channel }) => channel);
      const names = new Map<string, Map<string, string>>();
      for (const [channel, people] of byChannel) names.set(channel, await namesIn(channel, people));
      return participants.map((person) => names.get(person.channel)?.get(keyOf(person)) ?? null);
    },

    moves: (names, span, after, limit) =>
      ofSources(names, (index, sources) => index.moves(sources, span, after, limit)),

    async nearestMoves({ conversations, ...query }) {
      const known = conversations.filter(({ source }) => owners.has(source));
      return known.length === 0 ? [] : openIndex().nearestMoves({ ...query, conversations: known });
    },

    async changedSince(names, archivedSeq, limit) {
      const changes = await ofSources(names, (index, sources) =>
        index.changedSince(sources, archivedSeq, limit),
      );
      return changes.map(({ record, archivedSeq: seq }) => ({
        message: parseRecord(record),
        archivedSeq: seq,
      }));
    },
  };
}

function keyOf({ role, nativeId }: ParticipantKey): string {
  return `${role} ${nativeId}`;
}

function nameOf(person: ParticipantKey, { sender, recipients }: MessageRecord): string | null {
  const people = [sender, ...(recipients ?? [])];
  return people.find((other) => keyOf(other) === keyOf(person))?.displayName ?? null;
}
