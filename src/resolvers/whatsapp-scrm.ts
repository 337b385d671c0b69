import type { ChatChannel } from '../datasources/message-source.ts';
import type { MessageRecord } from '../domain/records.ts';
import type {
  WhatsAppChannel as WhatsAppChannelRecord,
  WhatsAppMessageRecord,
} from '../datasources/whatsapp-scrm/index.ts';
import type {
  DeliveryStatus,
  ParticipantResolvers,
  WhatsAppChannelResolvers,
  WhatsAppContactProfileResolvers,
  WhatsAppMessageResolvers,
} from '../generated/resolvers.ts';
import { channelFields } from './channel.ts';
import { channelOf, type Gateway } from '../gateway/gateway.ts';
import { messageFields } from './message.ts';

export type { WhatsAppMessageRecord };

/** Details from webhooks are shown wherever the message is read, in their latest state. */
export const WhatsAppMessage: WhatsAppMessageResolvers = {
  ...messageFields,
  whatsAppMessageId: (message, _, { gateway }) =>
    message.whatsAppMessageId ?? ledgerOf(message, gateway)?.whatsAppMessageId ?? null,
  deliveryStatus: (message, _, { gateway }) => toDeliveryStatus(message, gateway),
  origin: (message, _, { gateway }) => detailsOf(message, gateway).origin,
  nativeOriginType: (message, _, { gateway }) => detailsOf(message, gateway).nativeOriginType,
  campaignTaskId: (message, _, { gateway }) => detailsOf(message, gateway).campaignTaskId,
  campaignTaskDetailId: (message, _, { gateway }) => detailsOf(message, gateway).campaignTaskDetailId,
  nativeContentType: (message, _, { gateway }) => detailsOf(message, gateway).nativeContentType,
  variant: (message, _, { gateway }) => detailsOf(message, gateway).variant,
};

export const WhatsAppChannel: WhatsAppChannelResolvers = {
  ...channelFields,
  latestClaim: (channel) => channel.latestClaim(),
};

/** The field that this provider adds to every participant. */
export const whatsAppParticipantFields: Pick<ParticipantResolvers, 'whatsAppProfile'> = {
  whatsAppProfile: (participant, _, { gateway }) => {
    const channel = channelOf(gateway, participant);
    const isCustomer = participant.role === 'CUSTOMER' && isWhatsAppChannel(channel);
    return isCustomer ? channel.profileOf(participant.nativeId) : null;
  },
};

export const WhatsAppContactProfile: WhatsAppContactProfileResolvers = {
  customerId: ({ id }) => id,
  ownerAccount: ({ username }) => username,
  remarks: ({ desc }) => desc,
  extended: ({ extendsMap }) => extendsMap,
};

export function isWhatsAppMessage(message: MessageRecord): message is WhatsAppMessageRecord {
  return 'deliveryStatus' in message;
}

/** @returns null while nothing is known of it, and always for messages of other providers */
export function toDeliveryStatus(message: MessageRecord, gateway: Gateway): DeliveryStatus | null {
  if (!isWhatsAppMessage(message)) return null;
  return ledgerOf(message, gateway)?.status ?? message.deliveryStatus;
}

function ledgerOf(
  message: WhatsAppMessageRecord,
  gateway: Gateway,
): ReturnType<WhatsAppChannelRecord['deliveryStatusOf']> {
  const channel = channelOf(gateway, message);
  return isWhatsAppChannel(channel) ? channel.deliveryOf(message) : null;
}

function detailsOf(
  message: WhatsAppMessageRecord,
  gateway: Gateway,
): ReturnType<WhatsAppChannelRecord['detailsOf']> {
  const channel = channelOf(gateway, message);
  if (isWhatsAppChannel(channel)) return channel.detailsOf(message);
  throw new Error(`The channel ${channel.name} holds a message of another provider`);
}

function isWhatsAppChannel(channel: ChatChannel): channel is WhatsAppChannelRecord {
  return 'deliveryStatusOf' in channel;
}
