import type { WhatsAppChannelResolvers, WhatsAppMessageResolvers } from '../generated/resolvers.ts';
import { channelFields } from './channel.ts';
import { messageFields } from './message.ts';

export const WhatsAppMessage: WhatsAppMessageResolvers = { ...messageFields };

export const WhatsAppChannel: WhatsAppChannelResolvers = { ...channelFields };
