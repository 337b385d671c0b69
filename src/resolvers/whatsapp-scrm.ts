import { isChannelOf } from '../datasources/provider.ts';
import type { MessageRecord } from '../domain/records.ts';
import {
  toDeliveryStatusChange,
  whatsAppModule,
  type DeliveryStatusChangeRecord,
  type WhatsAppChannelRecord,
  type WhatsAppMessageRecord,
} from '../datasources/whatsapp-scrm/index.ts';
import type { GatewayContext } from '../gateway/context.ts';
import { channelOf, type Gateway } from '../gateway/gateway.ts';
import { readRecorded } from '../gateway/read-recorder.ts';
import type {
  DeliveryStatusChangeResolvers,
  ParticipantResolvers,
  Resolvers,
  SubscriptionResolvers,
  WhatsAppContactProfileResolvers,
  WhatsAppMessageResolvers,
} from '../generated/resolvers.ts';
import { channelFields } from './channel.ts';
import { cursorOf, follow } from './follow.ts';
import { toTimelineFilter } from './message-arguments.ts';
import { messageFields } from './message.ts';
import type { ServedProvider } from './provider.ts';

/** Details from webhooks are shown wherever the message is read, in their latest state. */
const WhatsAppMessage: WhatsAppMessageResolvers = {
  ...messageFields,
  whatsAppMessageId: (message, _, { gateway }) => ownChannelOf(message, gateway).whatsAppMessageIdOf(message),
  deliveryStatus: (message, _, { gateway }) => ownChannelOf(message, gateway).deliveryStatusOf(message),
  origin: async (message, _, { gateway }) => (await detailsOf(message, gateway)).origin,
  nativeOriginType: async (message, _, { gateway }) => (await detailsOf(message, gateway)).nativeOriginType,
  campaignTaskId: async (message, _, { gateway }) => (await detailsOf(message, gateway)).campaignTaskId,
  campaignTaskDetailId: async (message, _, { gateway }) =>
    (await detailsOf(message, gateway)).campaignTaskDetailId,
  nativeContentType: async (message, _, { gateway }) => (await detailsOf(message, gateway)).nativeContentType,
  variant: async (message, _, { gateway }) => (await detailsOf(message, gateway)).variant,
};

/** The field that this provider adds to every participant. */
const Participant: Pick<ParticipantResolvers, 'whatsAppProfile'> = {
  whatsAppProfile: (participant, _, { gateway }) => {
    const channel = channelOf(gateway, participant);
    const isCustomer = participant.role === 'CUSTOMER' && isChannelOf(whatsAppModule, channel);
    return isCustomer ? channel.profileOf(participant.nativeId) : null;
  },
};

const WhatsAppContactProfile: WhatsAppContactProfileResolvers = {
  customerId: ({ id }) => id,
  ownerAccount: ({ username }) => username,
  remarks: ({ desc }) => desc,
  extended: ({ extendsMap }) => extendsMap,
};

const Subscription: Pick<SubscriptionResolvers, 'deliveryStatusChanged'> = {
  deliveryStatusChanged: {
    subscribe: (_, { channels, after }, context) => {
      const { gateway } = context;
      const wanted = toTimelineFilter({ channels: channels ?? null }, context);
      return follow(
        gateway,
        'deliveryStatusChanged',
        wanted,
        after,
        (event): DeliveryStatusChangeRecord | null =>
          event.type === 'status' &&
          (wanted.channels?.includes(event.channel) ?? true) &&
          isChannelOf(whatsAppModule, channelOf(gateway, event))
            ? toDeliveryStatusChange(cursorOf(event, gateway), event.channel, event.status)
            : null,
      );
    },
    resolve: (event: DeliveryStatusChangeRecord, _: unknown, context: GatewayContext) => {
      const { recordRead } = context.gateway;
      const read = { field: 'Subscription.deliveryStatusChanged', channels: [event.channel] };
      return readRecorded(
        recordRead,
        read,
        () => event,
        () => 1,
      );
    },
  },
};

const DeliveryStatusChange: DeliveryStatusChangeResolvers = {
  channel: (event, _, { gateway }) => channelOf(gateway, event),
  message: async ({ channel, messageKey: key }, _, { messages }) => {
    const message = key === null ? null : await messages.load({ channel, key });
    return message && isWhatsAppMessage(message) ? message : null;
  },
};

export const whatsApp: ServedProvider = {
  ...whatsAppModule,
  resolvers: {
    Participant,
    Subscription,
    DeliveryStatusChange,
    WhatsAppMessage,
    WhatsAppChannel: { ...channelFields, latestClaim: (channel) => channel.latestClaim() },
    WhatsAppContactProfile,
  } satisfies Resolvers,
};

function isWhatsAppMessage(message: MessageRecord): message is WhatsAppMessageRecord {
  return message.provider === whatsAppModule.provider;
}

function ownChannelOf(message: WhatsAppMessageRecord, gateway: Gateway): WhatsAppChannelRecord {
  const channel = channelOf(gateway, message);
  if (isChannelOf(whatsAppModule, channel)) return channel;
  throw new Error(`The channel ${channel.name} holds a message of another provider`);
}

function detailsOf(
  message: WhatsAppMessageRecord,
  gateway: Gateway,
): ReturnType<WhatsAppChannelRecord['detailsOf']> {
  return ownChannelOf(message, gateway).detailsOf(message);
}
