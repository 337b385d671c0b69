import DataLoader from 'dataloader';
import type { ParticipantRecord } from '../domain/records.ts';
import type { ArchiveReader, ConversationSummary, ParticipantSummary } from './archive-reader.ts';

export interface ConversationRef {
  channel: string;
  key: string;
}

export type ParticipantRef = Pick<ParticipantRecord, 'channel' | 'role' | 'nativeId'>;

export type ConversationLoader = DataLoader<ConversationRef, ConversationSummary | null, string>;
export type ParticipantLoader = DataLoader<ParticipantRef, ParticipantSummary | null, string>;

/** What one query of an archive asks for; a larger one would keep others waiting. */
const MAX_AT_ONCE = 500;

/** Looks up what is kept of conversations, those of a channel together. Null: nothing is. */
export function createConversationLoader(archives: ArchiveReader): ConversationLoader {
  return new DataLoader(
    (refs: readonly ConversationRef[]) =>
      inEachChannel(refs, toConversationKey, async (channel, own) => {
        const keys = own.map(({ key }) => key);
        const query = {
          by: 'LAST_MESSAGE_AT',
          order: 'DESC',
          after: null,
          limit: keys.length,
          keys,
        } as const;
        // It has the last messages of all, whichever field was asked for.
        const read = { field: 'Conversation.lastMessage', channels: [channel] };
        const items = await archives.read(read, (kept) => kept.conversations(query), countOf);
        return items.map((item) => [toConversationKey(item.conversation), item]);
      }),
    { cacheKeyFn: toConversationKey, maxBatchSize: MAX_AT_ONCE },
  );
}

/** Looks up what is kept of participants, those of a channel together. Null: nothing is. */
export function createParticipantLoader(archives: ArchiveReader): ParticipantLoader {
  return new DataLoader(
    (refs: readonly ParticipantRef[]) =>
      inEachChannel(refs, toParticipantKey, async (channel, own) => {
        const query = { after: null, limit: own.length, keys: own };
        const read = { field: 'Participant.messageCount', channels: [channel] };
        const items = await archives.read(read, (kept) => kept.participants(query), countOf);
        return items.map((item) => [toParticipantKey(item.participant), item]);
      }),
    { cacheKeyFn: toParticipantKey, maxBatchSize: MAX_AT_ONCE },
  );
}

/** @param find what there is in a channel, by its key */
async function inEachChannel<Ref extends { channel: string }, T>(
  refs: readonly Ref[],
  toKey: (ref: Ref) => string,
  find: (channel: string, own: Ref[]) => Promise<[key: string, found: T][]>,
): Promise<(T | null)[]> {
  const channels = [...Map.groupBy(refs, ({ channel }) => channel)];
  const found = await Promise.all(channels.map(([channel, own]) => find(channel, own)));
  const byKey = new Map(found.flat());
  return refs.map((ref) => byKey.get(toKey(ref)) ?? null);
}

function countOf(items: readonly unknown[]): number {
  return items.length;
}

function toConversationKey({ channel, key }: ConversationRef): string {
  return JSON.stringify([channel, key]);
}

function toParticipantKey({ channel, role, nativeId }: ParticipantRef): string {
  return JSON.stringify([channel, role, nativeId]);
}
