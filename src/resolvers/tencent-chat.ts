import type { TencentChatChannelResolvers, TencentChatMessageResolvers } from '../generated/resolvers.ts';
import { channelFields } from './channel.ts';
import { messageFields } from './message.ts';

export const TencentChatMessage: TencentChatMessageResolvers = {
  ...messageFields,
  sequence: ({ messageSequence }) => messageSequence,
};

export const TencentChatChannel: TencentChatChannelResolvers = { ...channelFields };
