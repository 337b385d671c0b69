import type { ChatChannel } from '../datasources/message-source.ts';
import type { WeComChannel as WeComChannelRecord } from '../datasources/wecom/index.ts';
import type {
  EncryptedPartResolvers,
  WeComChannelResolvers,
  WeComMessageResolvers,
} from '../generated/resolvers.ts';
import { channelFields } from './channel.ts';
import { channelOf, type Gateway } from '../gateway/gateway.ts';
import { messageFields } from './message.ts';

export const WeComMessage: WeComMessageResolvers = {
  ...messageFields,
  secretKey: ({ channel, encryptedSecretKey, publicKeyVersion }, _, { gateway }) =>
    encryptedSecretKey === null || publicKeyVersion === null
      ? null
      : unwrapSecretKey(gateway, channel, encryptedSecretKey, publicKeyVersion),
};

export const EncryptedPart: EncryptedPartResolvers = {
  secretKey: ({ channel, encryptedSecretKey, publicKeyVersion }, _, { gateway }) =>
    unwrapSecretKey(gateway, channel, encryptedSecretKey, publicKeyVersion),
};

export const WeComChannel: WeComChannelResolvers = { ...channelFields };

function unwrapSecretKey(
  gateway: Gateway,
  channelName: string,
  wrapped: string,
  version: number,
): string | null {
  const channel = channelOf(gateway, { channel: channelName });
  return isWeComChannel(channel) ? channel.unwrapSecretKey(wrapped, version) : null;
}

function isWeComChannel(channel: ChatChannel): channel is WeComChannelRecord {
  return 'unwrapSecretKey' in channel;
}
