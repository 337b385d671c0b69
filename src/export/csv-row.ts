import type { MessageRecord } from '../domain/records.ts';
import type { Gateway } from '../gateway/gateway.ts';
import { toUrl } from '../resolvers/message-part.ts';
import { toAgent, toAttachment, toCustomer, toParticipantId } from '../resolvers/rows.ts';

/** The columns, in order. */
export const CSV_COLUMNS = [
  'id',
  'provider',
  'channel',
  'conversationId',
  'conversationKind',
  'sentAt',
  'direction',
  'kind',
  'availability',
  'text',
  'senderId',
  'senderRole',
  'senderName',
  'customerId',
  'customerName',
  'agentId',
  'agentName',
  'nativeId',
  'attachmentUrl',
  'attachmentMimeType',
  'deliveryStatus',
] as const;

export type CsvRow = Record<(typeof CSV_COLUMNS)[number], string | null>;

/**
 * A message as a row of texts, masked like the fields of `MessageRow` for the caller. Customer and agent are the
 * first of their roles among the sender and the recipients; the attachment is the first media part.
 */
export function toCsvRow(message: MessageRecord, { ids, masking }: Pick<Gateway, 'ids' | 'masking'>): CsvRow {
  const { channel, key, conversation, sender } = message;
  const customer = toCustomer(message);
  const agent = toAgent(message);
  const media = toAttachment(message);
  const row: CsvRow = {
    id: ids.encode({ type: 'Message', channel, key }),
    provider: message.provider,
    channel,
    conversationId: ids.encode({ type: 'Conversation', channel, key: conversation.key }),
    conversationKind: conversation.kind,
    sentAt: new Date(message.sentAt).toISOString(),
    direction: message.direction,
    kind: message.kind,
    availability: message.availability,
    text: masking.text(message),
    senderId: toParticipantId(sender, { ids }),
    senderRole: sender.role,
    senderName: sender.displayName,
    customerId: customer && toParticipantId(customer, { ids }),
    customerName: customer?.displayName ?? null,
    agentId: agent && toParticipantId(agent, { ids }),
    agentName: agent?.displayName ?? null,
    nativeId: message.nativeId,
    attachmentUrl: toUrl(media?.url ?? null),
    attachmentMimeType: media?.mimeType ?? null,
    deliveryStatus: deliveryStatusOf(message),
  };
  return { ...row, ...masking.fields('MessageRow', row) };
}

/** Not every provider's messages have one. */
function deliveryStatusOf(message: MessageRecord & { deliveryStatus?: unknown }): string | null {
  return typeof message.deliveryStatus === 'string' ? message.deliveryStatus : null;
}
