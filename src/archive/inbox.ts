import { RecordCache } from '../datasources/kit/record-cache.ts';
import type { ChatChannel } from '../datasources/message-source.ts';
import type { ConversationRecord, MessageRecord, ParticipantRecord } from '../domain/records.ts';
import type {
  ArchivedEntry,
  ArchiveIndex,
  ConversationQuery,
  KeptConversation,
  KeptParticipant,
  ParticipantQuery,
} from '../store/store.ts';
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

/** What the archives of channels keep, by conversations and participants. A channel without an archive has none. */
export class Inbox {
  readonly #openIndex: () => ArchiveIndex;
  #opened: ArchiveIndex | null = null;
  /** By channel, place and text. */
  readonly #messages = new RecordCache<MessageRecord>();

  /** @param openIndex called when a channel with an archive is asked for the first time */
  constructor(openIndex: () => ArchiveIndex) {
    this.#openIndex = openIndex;
  }

  get #index(): ArchiveIndex {
    return (this.#opened ??= this.#openIndex());
  }

  /** @returns in the order that was asked for, at most `limit` */
  async conversations(
    channels: readonly ChatChannel[],
    query: ConversationQuery,
  ): Promise<ConversationSummary[]> {
    const sources = sourcesOf(channels);
    if (sources.length === 0) return [];
    const found = await this.#index.conversations(sources, query);
    return found.map(({ source, lastMessage: entry, position, firstAt, lastAt, messages, awaiting }) => {
      const lastMessage = this.#open(source, entry);
      const { conversation } = lastMessage;
      return { conversation, lastMessage, position, firstAt, lastAt, messages, awaiting };
    });
  }

  /** @returns the one with the newest message first, at most `limit` */
  async participants(
    channels: readonly ChatChannel[],
    { conversationKey, ...query }: ParticipantsQuestion,
  ): Promise<ParticipantSummary[]> {
    const sources = sourcesOf(channels);
    if (sources.length === 0) return [];
    const source = conversationKey === undefined ? undefined : await this.#find(sources, conversationKey);
    if (source === null) return [];
    const found = await this.#index.participants(sources, {
      ...query,
      ...(source !== undefined && conversationKey !== undefined
        ? { conversation: { source, key: conversationKey } }
        : {}),
    });
    return found.map(({ account, role, nativeId, lastMessage, position, firstAt, lastAt, messages }) => {
      const { channel, sender, recipients } = this.#open(account, lastMessage);
      const participant = [sender, ...(recipients ?? [])].find(
        (person) => person.role === role && person.nativeId === nativeId,
      ) ?? { channel, role, nativeId, displayName: null };
      return { participant, position, firstAt, lastAt, messages };
    });
  }

  /** @returns which source has the conversation; null: none has */
  async #find(sources: readonly string[], key: string): Promise<string | null> {
    const query = { by: 'LAST_MESSAGE_AT', order: 'DESC', after: null, limit: 1, keys: [key] } as const;
    const [found] = await this.#index.conversations(sources, query);
    return found?.source ?? null;
  }

  #open(from: string, { sequence, record }: ArchivedEntry): MessageRecord {
    const key = `${from} ${sequence} ${record}`;
    const known = this.#messages.get(key);
    if (known) return known;
    const message = { ...parseRecord(record), sequence };
    this.#messages.set(key, message, record.length);
    return message;
  }
}

function sourcesOf(channels: readonly ChatChannel[]): string[] {
  return channels.flatMap(({ archiveNames = [] }) => archiveNames);
}
