import type { IResolvers } from '@graphql-tools/utils';
import type { GraphQLSchema } from 'graphql';
import type { Awaitable } from '../datasources/message-source.ts';
import type { DeliveryStatus } from '../domain/delivery.ts';
import { toAgent, toCustomer } from '../domain/message-people.ts';
import type { MediaPart, MessageRecord, ParticipantRecord } from '../domain/records.ts';
import type { MessageRow as Row, QueryMessageRowsArgs } from '../generated/resolvers.ts';
import type { GatewayContext } from '../gateway/context.ts';
import { channelOf, type Gateway } from '../gateway/gateway.ts';
import { toUrl } from './message-part.ts';
import { readChangedRows } from './changed-rows.ts';
import type { RowPage, RowRecord } from './row-page.ts';
import { toRowsQuery } from './row-arguments.ts';

export function readMessageRows(
  args: Partial<QueryMessageRowsArgs>,
  context: GatewayContext,
  schema: GraphQLSchema,
): Promise<RowPage> {
  const { archivedAfter } = args;
  if (archivedAfter != null) return readChangedRows(args, archivedAfter, context, schema);
  const query = toRowsQuery(args, context, schema);
  return context.gateway.timeline.read({ field: 'Query.messageRows', ...query }, context.requestBudget);
}

/** What a column of a row holds, by the schema's names; where a row is in archives, other formats do not tell. */
type Columns = {
  [Name in Exclude<keyof Row, '__typename' | 'archivedSeq'>]-?: Exclude<Row[Name], undefined>;
};
export type RowGateway = Pick<Gateway, 'channels' | 'ids' | 'masking'>;

/**
 * The columns of a row that need no look-up, in order, each with its value before the masking of fields. GraphQL and CSV
 * have the same.
 */
export const rowColumns: {
  [Name in Exclude<keyof Columns, 'deliveryStatus'>]: (
    message: MessageRecord,
    gateway: RowGateway,
  ) => Columns[Name];
} = {
  id: ({ channel, key }, { ids }) => ids.encode({ type: 'Message', channel, key }),
  provider: ({ provider }) => provider,
  channel: ({ channel }) => channel,
  conversationId: ({ conversation: { channel, key } }, { ids }) =>
    ids.encode({ type: 'Conversation', channel, key }),
  conversationKind: ({ conversation }) => conversation.kind,
  sentAt: ({ sentAt }) => sentAt,
  direction: ({ direction }) => direction,
  kind: ({ kind }) => kind,
  availability: ({ availability }) => availability,
  text: (message, { masking }) => masking.text(message),
  senderId: ({ sender }, gateway) => toParticipantId(sender, gateway),
  senderRole: ({ sender }) => sender.role,
  senderName: ({ sender }) => sender.displayName,
  customerId: (message, gateway) => toOptionalId(toCustomer(message), gateway),
  customerName: (message) => toCustomer(message)?.displayName ?? null,
  agentId: (message, gateway) => toOptionalId(toAgent(message), gateway),
  agentName: (message) => toAgent(message)?.displayName ?? null,
  nativeId: ({ nativeId }) => nativeId,
  attachmentUrl: (message) => toUrl(toAttachment(message)?.url ?? null),
  attachmentMimeType: (message) => toAttachment(message)?.mimeType ?? null,
};

/** The last column. */
export function toDeliveryStatus(
  message: MessageRecord,
  gateway: Pick<Gateway, 'channels'>,
): Awaitable<DeliveryStatus | null> {
  return channelOf(gateway, message).deliveryStatusOf(message);
}

function toArchivedSeq(row: RowRecord): number | null {
  return row.archivedSeq ?? null;
}

/** The names of all these columns, in order. */
export const ROW_COLUMNS = [...Object.keys(rowColumns), 'deliveryStatus'] as (keyof Columns)[];

const resolved = { ...rowColumns, deliveryStatus: toDeliveryStatus, archivedSeq: toArchivedSeq };

/** A row is the message itself: columns that a query does not select cost nothing. */
export const MessageRow: IResolvers<MessageRecord, GatewayContext>[string] = Object.fromEntries(
  Object.entries(resolved).map(([name, valueOf]) => [
    name,
    (message: MessageRecord, _: unknown, { gateway }: GatewayContext) => valueOf(message, gateway),
  ]),
);

export function toParticipantId(
  { channel, role, nativeId }: Pick<ParticipantRecord, 'channel' | 'role' | 'nativeId'>,
  { ids }: Pick<Gateway, 'ids'>,
): string {
  return ids.encode({ type: 'Participant', channel, role, nativeId });
}

function toOptionalId(participant: ParticipantRecord | null, gateway: RowGateway): string | null {
  return participant && toParticipantId(participant, gateway);
}

export function toAttachment({ parts }: MessageRecord): MediaPart | null {
  return parts?.find((part) => part.type === 'MEDIA') ?? null;
}
