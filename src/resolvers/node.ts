import DataLoader from 'dataloader';
import { UpstreamError } from '../datasources/errors.ts';
import type { ChatChannel } from '../datasources/message-source.ts';
import type { ConversationRecord, MessageRecord, ParticipantRecord } from '../datasources/records.ts';
import type { RequestScope } from '../timeline/request-scope.ts';
import type { GatewayContext, MessageRef } from './context.ts';

export type NodeRecord = MessageRecord | ChatChannel | ConversationRecord | ParticipantRecord;

/** Finds what a global id stands for. @returns null when it is not one of ours, or no longer to be found */
export async function loadNode(
  id: string,
  { gateway, messages }: GatewayContext,
): Promise<NodeRecord | null> {
  const decoded = gateway.ids.decode(id);
  const channel = decoded && gateway.channels.get(decoded.channel);
  if (!decoded || !channel) return null;
  switch (decoded.type) {
    case 'Message':
      return messages.load({ channel: decoded.channel, key: decoded.key });
    case 'Channel':
      return channel;
    case 'Conversation':
      return channel.toConversation(decoded.key);
    case 'Participant':
      return { channel: decoded.channel, role: decoded.role, nativeId: decoded.nativeId, displayName: null };
  }
}

/** The type of a record, told by the fields that only it has. */
export function nodeType(record: NodeRecord): 'Message' | 'Channel' | 'Conversation' | 'Participant' {
  if ('sequence' in record) return 'Message';
  if ('capabilities' in record) return 'Channel';
  return 'role' in record ? 'Participant' : 'Conversation';
}

/** Looks messages up side by side. Each answers by the request's deadline; one that fails does not fail the others. */
export function createMessageLoader(
  channels: ReadonlyMap<string, ChatChannel>,
  scope: RequestScope,
): GatewayContext['messages'] {
  return new DataLoader(
    (refs: readonly MessageRef[]) =>
      Promise.all(
        refs.map(async (ref) => {
          const channel = channels.get(ref.channel);
          if (!channel) return null;
          try {
            return await findMessage(channel, ref.key, scope);
          } catch (error) {
            return error instanceof Error
              ? error
              : new Error('A message could not be looked up', { cause: error });
          }
        }),
      ),
    { cacheKeyFn: ({ channel, key }) => JSON.stringify([channel, key]) },
  );
}

async function findMessage(
  channel: ChatChannel,
  key: string,
  scope: RequestScope,
): Promise<MessageRecord | null> {
  const access = scope.access(channel.name);
  const found = await scope.within(access, channel.findMessage(key, access));
  if (found !== 'late' && found !== 'silent') return found;
  throw new UpstreamError(channel.name, channel.provider, {
    code: 'UPSTREAM_TIMEOUT',
    isRetryable: true,
    advice: 'The provider did not answer in time',
  });
}
