import type {
  ConversationSummary,
  Inbox,
  ParticipantsQuestion,
  ParticipantSummary,
} from '../archive/inbox.ts';
import type { ChatChannel } from '../datasources/message-source.ts';
import { UpstreamError } from '../errors/upstream-error.ts';
import { isStoreFailure } from '../store/store-failure.ts';
import type { ConversationQuery } from '../store/store.ts';
import { readRecorded, type RecordRead } from './read-recorder.ts';

export type { ConversationSummary, ParticipantSummary } from '../archive/inbox.ts';
export type {
  ConversationQuery,
  ConversationKey,
  IndexPosition,
  ParticipantKey,
  TimeSpan,
} from '../store/store.ts';

/** What is asked, and of which channels. */
export interface InboxRead<Query> {
  /** What is read, as a schema coordinate such as `Query.conversations`. */
  field: string;
  /** Names; one that the caller does not see has nothing. */
  channels: readonly string[];
  /** The global id of the conversation that is asked about, if it is exactly one. */
  conversationId?: string | null;
  query: Query;
}

export interface InboxPage<T> {
  /** At most as many as were asked for. */
  items: T[];
  /** Whether there are more in this order. */
  hasMore: boolean;
}

/** What archives keep, as resolvers read it. Without a call to any provider. */
export interface InboxReader {
  /** @throws UpstreamError `UPSTREAM_UNAVAILABLE` when the archives' store fails */
  conversations(read: InboxRead<ConversationQuery>): Promise<InboxPage<ConversationSummary>>;
  /** @throws UpstreamError `UPSTREAM_UNAVAILABLE` when the archives' store fails */
  participants(read: InboxRead<ParticipantsQuestion>): Promise<InboxPage<ParticipantSummary>>;
}

/** @param channels all that the reader sees, by name */
export function createInboxReader(
  inbox: Inbox,
  channels: ReadonlyMap<string, ChatChannel>,
  recordRead: RecordRead,
): InboxReader {
  const read = <Query extends { limit: number }, T>(
    { field, channels: names, conversationId = null, query }: InboxRead<Query>,
    ask: (channels: ChatChannel[], query: Query) => Promise<T[]>,
  ): Promise<InboxPage<T>> => {
    const seen = names.flatMap((name) => channels.get(name) ?? []);
    return readRecorded(
      recordRead,
      { field, channels: seen.map(({ name }) => name), conversationId },
      async () => {
        const found = await answered(seen, () => ask(seen, { ...query, limit: query.limit + 1 }));
        return { items: found.slice(0, query.limit), hasMore: found.length > query.limit };
      },
      ({ items }) => items.length,
    );
  };
  return {
    conversations: (asked) => read(asked, (seen, query) => inbox.conversations(seen, query)),
    participants: (asked) => read(asked, (seen, query) => inbox.participants(seen, query)),
  };
}

/** A store that does not answer is no mistake of the program: the same may succeed a little later. */
async function answered<T>(channels: readonly ChatChannel[], ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    const channel = channels.find(({ archiveNames }) => archiveNames !== undefined);
    if (!channel || !isStoreFailure(error)) throw error;
    throw new UpstreamError(
      channel.name,
      channel.provider,
      { code: 'UPSTREAM_UNAVAILABLE', isRetryable: true, advice: 'The archive does not answer' },
      { cause: error },
    );
  }
}
