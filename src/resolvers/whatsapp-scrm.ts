import type { ChatChannel } from '../datasources/message-source.ts';
import type { MessageRecord } from '../datasources/records.ts';
import type {
  WhatsAppChannel as WhatsAppChannelRecord,
  WhatsAppMessageRecord,
} from '../datasources/whatsapp-scrm/index.ts';
import type {
  DeliveryStatus,
  WhatsAppChannelResolvers,
  WhatsAppMessageResolvers,
} from '../generated/resolvers.ts';
import { channelFields } from './channel.ts';
import { channelOf, type Gateway } from './context.ts';
import { messageFields } from './message.ts';

export type { WhatsAppMessageRecord };

/** What webhooks told of a message is shown wherever the message was read, and as it is known now. */
export const WhatsAppMessage: WhatsAppMessageResolvers = {
  ...messageFields,
  whatsAppMessageId: (message, _, { gateway }) =>
    message.whatsAppMessageId ?? heardOf(message, gateway)?.whatsAppMessageId ?? null,
  deliveryStatus: (message, _, { gateway }) => toDeliveryStatus(message, gateway),
};

export const WhatsAppChannel: WhatsAppChannelResolvers = { ...channelFields };

export function isWhatsAppMessage(message: MessageRecord): message is WhatsAppMessageRecord {
  return 'deliveryStatus' in message;
}

/** @returns null as long as nothing is known of it, and always for messages of other providers */
export function toDeliveryStatus(message: MessageRecord, gateway: Gateway): DeliveryStatus | null {
  if (!isWhatsAppMessage(message)) return null;
  return heardOf(message, gateway)?.status ?? message.deliveryStatus;
}

function heardOf(
  message: WhatsAppMessageRecord,
  gateway: Gateway,
): ReturnType<WhatsAppChannelRecord['deliveryStatusOf']> {
  const channel = channelOf(gateway, message);
  return isWhatsAppChannel(channel) ? channel.deliveryStatusOf(message.key) : null;
}

function isWhatsAppChannel(channel: ChatChannel): channel is WhatsAppChannelRecord {
  return 'deliveryStatusOf' in channel;
}
