import type { ChatChannel } from '../datasources/message-source.ts';
import type { ConversationRecord, MessageRecord, ParticipantRecord } from '../domain/records.ts';
import type {
  ArchiveIndex,
  ConversationQuery,
  KeptConversation,
  KeptParticipant,
  Move,
  MovePosition,
  NearestQuery,
  ParticipantQuery,
  ReadLimit,
  TimeSpan,
} from '../store/store.ts';
import { archiveAccountOf } from './archive-names.ts';
import { Completeness } from './completeness.ts';
import { KeptFigures } from './kept-figures.ts';
import type { KeptIndex } from './kept-index.ts';
import { parseRecord } from './parse-record.ts';

/** What is kept of a conversation. */
export interface ConversationSummary extends Pick<
  KeptConversation,
  'position' | 'firstAt' | 'lastAt' | 'messages' | 'awaiting'
> {
  /** As of its newest message. */
  conversation: ConversationRecord;
  lastMessage: MessageRecord;
}

/** What is kept of a participant. */
export interface ParticipantSummary extends Pick<
  KeptParticipant,
  'position' | 'firstAt' | 'lastAt' | 'messages'
> {
  /** As of its newest message. */
  participant: ParticipantRecord;
}

export interface ParticipantsQuestion extends Omit<ParticipantQuery, 'conversation'> {
  /** Only of the messages of the conversation with this key, when one channel is asked. Left out: all. */
  conversationKey?: string;
}

/** A participant with the channel that knows it. */
export type ChannelParticipant = Pick<ParticipantRecord, 'channel' | 'role' | 'nativeId'>;

/** A message of an archive. */
export interface ArchivedMessage {
  message: MessageRecord;
  /** As `ChangedEntry.archivedSeq`. */
  archivedSeq: number;
}

/** As many as one statement asks for well. */
const NAMES_AT_ONCE = 500;

/** What the archives of some channels keep, without a call to any provider. Of one that has no archive nothing is kept. */
export class KeptChannels {
  readonly #kept: KeptIndex;
  /** As for the request, or for any. */
  readonly #index: () => ArchiveIndex;
  readonly #channels: readonly ChatChannel[];
  readonly #sources: readonly string[];
  /** How much of their histories is kept. */
  readonly completeness: Completeness;
  readonly figures: KeptFigures;
  /** By the names of their sources and accounts. */
  readonly #owners: ReadonlyMap<string, string>;

  constructor(kept: KeptIndex, channels: readonly ChatChannel[], index: () => ArchiveIndex = () => kept.all) {
    this.#kept = kept;
    this.#index = index;
    this.#channels = channels;
    this.#sources = channels.flatMap(({ archiveNames = [] }) => archiveNames);
    this.completeness = new Completeness(channels);
    this.figures = new KeptFigures(kept, this.#sources);
    this.#owners = new Map(
      channels.flatMap((channel) =>
        [archiveAccountOf(channel), ...(channel.archiveNames ?? [])].map(
          (name) => [name, channel.name] as const,
        ),
      ),
    );
  }

  /** The same of one of them. */
  only(name: string): KeptChannels {
    return new KeptChannels(
      this.#kept,
      this.#channels.filter((channel) => channel.name === name),
      this.#index,
    );
  }

  /** The same for one request. @returns what throws BudgetSpentError when that is over, and has ended what it was doing */
  within(request: ReadLimit): KeptChannels {
    return new KeptChannels(this.#kept, this.#channels, () => this.#kept.all.within(request));
  }

  /** The name of the channel of a source, or of an account, that an answer names. */
  channelOf(name: string): string {
    const owner = this.#owners.get(name);
    if (owner === undefined) throw new Error('An archive is named that no channel has');
    return owner;
  }

  /** @returns in the order that was asked for, at most `limit` */
  async conversations(query: ConversationQuery): Promise<ConversationSummary[]> {
    if (this.#sources.length === 0) return [];
    const found = await this.#index().conversations(this.#sources, query);
    return found.map(({ source, lastMessage: entry, position, firstAt, lastAt, messages, awaiting }) => {
      const lastMessage = this.#kept.toMessage(source, entry);
      const { conversation } = lastMessage;
      return { conversation, lastMessage, position, firstAt, lastAt, messages, awaiting };
    });
  }

  /** @returns the one with the newest message first, at most `limit` */
  async participants({ conversationKey, ...query }: ParticipantsQuestion): Promise<ParticipantSummary[]> {
    if (this.#sources.length === 0) return [];
    const source = conversationKey === undefined ? undefined : await this.#findSource(conversationKey);
    if (source === null) return [];
    const found = await this.#index().participants(this.#sources, {
      ...query,
      ...(source !== undefined && conversationKey !== undefined
        ? { conversation: { source, key: conversationKey } }
        : {}),
    });
    return found.map(({ account, role, nativeId, lastMessage, position, firstAt, lastAt, messages }) => {
      const { channel, sender, recipients } = this.#kept.toMessage(account, lastMessage);
      const participant = [sender, ...(recipients ?? [])].find(
        (person) => person.role === role && person.nativeId === nativeId,
      ) ?? { channel, role, nativeId, displayName: null };
      return { participant, position, firstAt, lastAt, messages };
    });
  }

  /** Names as the newest messages have them, in the order of the participants; null: none. */
  async namesOf(people: readonly ChannelParticipant[]): Promise<(string | null)[]> {
    const names = new Map<string, string | null>();
    for (const [channel, own] of Map.groupBy(people, (person) => person.channel)) {
      for (let from = 0; from < own.length; from += NAMES_AT_ONCE) {
        const keys = own.slice(from, from + NAMES_AT_ONCE);
        const found = await this.only(channel).participants({ after: null, limit: keys.length, keys });
        for (const { participant } of found) names.set(keyOf(participant), participant.displayName);
      }
    }
    return people.map((person) => names.get(keyOf(person)) ?? null);
  }

  /** As `ArchiveIndex.moves`. */
  async moves(
    span: TimeSpan,
    after: MovePosition | null,
    limit: number,
  ): Promise<(Move & { position: MovePosition })[]> {
    if (this.#sources.length === 0) return [];
    return this.#index().moves(this.#sources, span, after, limit);
  }

  /** As `ArchiveIndex.nearestMoves`. */
  async nearestMoves({ conversations, ...query }: NearestQuery): Promise<Move[]> {
    const own = conversations.filter(({ source }) => this.#owners.has(source));
    return own.length === 0 ? [] : this.#index().nearestMoves({ ...query, conversations: own });
  }

  /** As `ArchiveIndex.changedSince`. */
  async changedSince(archivedSeq: number, limit: number): Promise<ArchivedMessage[]> {
    if (this.#sources.length === 0) return [];
    const changes = await this.#index().changedSince(this.#sources, archivedSeq, limit);
    return changes.map(({ record, archivedSeq: seq }) => ({
      message: parseRecord(record),
      archivedSeq: seq,
    }));
  }

  /** @returns which source has the conversation; null: none has */
  async #findSource(key: string): Promise<string | null> {
    const query = { by: 'LAST_MESSAGE_AT', order: 'DESC', after: null, limit: 1, keys: [key] } as const;
    const [found] = await this.#index().conversations(this.#sources, query);
    return found?.source ?? null;
  }
}

function keyOf({ channel, role, nativeId }: ChannelParticipant): string {
  return `${channel} ${role} ${nativeId}`;
}
