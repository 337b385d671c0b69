import { readRecorded } from '../gateway/read-recorder.ts';
import type { ChatChannel } from '../datasources/message-source.ts';
import type { ConversationRecord, MessageRecord, ParticipantRecord } from '../domain/records.ts';
import type { GatewayContext } from '../gateway/context.ts';
import type { Gateway } from '../gateway/gateway.ts';

export type NodeRecord = MessageRecord | ChatChannel | ConversationRecord | ParticipantRecord;

/** Finds the object of a global id. @returns null when the id is not one of ours, or the object no longer exists */
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
      return recordedNode(channel.toConversation(decoded.key), gateway);
    case 'Participant': {
      const { role, nativeId } = decoded;
      return recordedNode({ channel: decoded.channel, role, nativeId, displayName: null }, gateway);
    }
  }
}

/** The id alone tells who a participant is, without a call to a provider; it is a read all the same. */
export function recordedNode<T extends ConversationRecord | ParticipantRecord>(
  node: T | null,
  { recordRead }: Pick<Gateway, 'recordRead'>,
): Promise<T | null> {
  const channels = node === null ? [] : [node.channel];
  return readRecorded(
    recordRead,
    { field: 'Query.node', channels },
    () => node,
    (found) => (found === null ? 0 : 1),
  );
}

/** The type of a record, by the fields that only it has. */
export function nodeType(record: NodeRecord): 'Message' | 'Channel' | 'Conversation' | 'Participant' {
  if ('sequence' in record) return 'Message';
  if ('capabilities' in record) return 'Channel';
  return 'role' in record ? 'Participant' : 'Conversation';
}
