import type { GraphQLSchema } from 'graphql';
import type { MediaPart, MessageRecord, ParticipantRecord, ParticipantRole } from '../domain/records.ts';
import type { MessageRowResolvers, QueryMessageRowsArgs } from '../generated/resolvers.ts';
import type { TimelinePage } from '../timeline/timeline.ts';
import type { GatewayContext } from '../gateway/context.ts';
import { channelOf, type Gateway } from '../gateway/gateway.ts';
import { toUrl } from './message-part.ts';
import { messageFields } from './message.ts';
import { toRowsQuery } from './row-arguments.ts';

export function readMessageRows(
  args: Partial<QueryMessageRowsArgs>,
  context: GatewayContext,
  schema: GraphQLSchema,
): Promise<TimelinePage> {
  const query = toRowsQuery(args, context, schema);
  return context.gateway.timeline.read({ field: 'Query.messageRows', ...query }, context.requestBudget);
}

/**
 * A row is the message itself as flat columns: columns that a query does not select cost nothing, and none waits for
 * I/O.
 */
export const MessageRow: MessageRowResolvers = {
  id: messageFields.id,
  text: messageFields.text,
  conversationId: ({ conversation: { channel, key } }, _, { gateway }) =>
    gateway.ids.encode({ type: 'Conversation', channel, key }),
  conversationKind: ({ conversation }) => conversation.kind,
  senderId: ({ sender }, _, { gateway }) => toParticipantId(sender, gateway),
  senderRole: ({ sender }) => sender.role,
  senderName: ({ sender }) => sender.displayName,
  customerId: (message, _, { gateway }) => toOptionalId(toCustomer(message), gateway),
  customerName: (message) => toCustomer(message)?.displayName ?? null,
  agentId: (message, _, { gateway }) => toOptionalId(toAgent(message), gateway),
  agentName: (message) => toAgent(message)?.displayName ?? null,
  attachmentUrl: (message) => toUrl(toAttachment(message)?.url ?? null),
  attachmentMimeType: (message) => toAttachment(message)?.mimeType ?? null,
  deliveryStatus: (message: MessageRecord, _, { gateway }) =>
    channelOf(gateway, message).deliveryStatusOf(message),
};

export function toCustomer(message: MessageRecord): ParticipantRecord | null {
  return findByRole(message, isCustomer);
}

/** The agent who sent or received the message. */
export function toAgent(message: MessageRecord): ParticipantRecord | null {
  return findByRole(message, isAgent);
}

export function toParticipantId(
  { channel, role, nativeId }: ParticipantRecord,
  { ids }: Pick<Gateway, 'ids'>,
): string {
  return ids.encode({ type: 'Participant', channel, role, nativeId });
}

function toOptionalId(participant: ParticipantRecord | null, gateway: Gateway): string | null {
  return participant && toParticipantId(participant, gateway);
}

function findByRole(
  { sender, recipients }: MessageRecord,
  isWanted: (role: ParticipantRole) => boolean,
): ParticipantRecord | null {
  if (isWanted(sender.role)) return sender;
  return recipients?.find(({ role }) => isWanted(role)) ?? null;
}

function isCustomer(role: ParticipantRole): boolean {
  return role === 'CUSTOMER';
}

function isAgent(role: ParticipantRole): boolean {
  return role === 'AGENT' || role === 'BOT' || role === 'OFFICIAL_ACCOUNT';
}

export function toAttachment({ parts }: MessageRecord): MediaPart | null {
  return parts?.find((part) => part.type === 'MEDIA') ?? null;
}
