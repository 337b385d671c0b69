import { isChannelOf } from '../datasources/provider.ts';
import { weComModule } from '../datasources/wecom/index.ts';
import type { EncryptedPartResolvers, Resolvers, WeComMessageResolvers } from '../generated/resolvers.ts';
import { channelFields } from './channel.ts';
import { channelOf, type Gateway } from '../gateway/gateway.ts';
import { messageFields } from './message.ts';
import type { ServedProvider } from './provider.ts';

const WeComMessage: WeComMessageResolvers = {
  ...messageFields,
  secretKey: ({ channel, encryptedSecretKey, publicKeyVersion }, _, { gateway }) =>
    encryptedSecretKey === null || publicKeyVersion === null
      ? null
      : unwrapSecretKey(gateway, channel, encryptedSecretKey, publicKeyVersion),
};

const EncryptedPart: EncryptedPartResolvers = {
  secretKey: ({ channel, encryptedSecretKey, publicKeyVersion }, _, { gateway }) =>
    unwrapSecretKey(gateway, channel, encryptedSecretKey, publicKeyVersion),
};

export const weCom: ServedProvider = {
  ...weComModule,
  resolvers: { WeComMessage, WeComChannel: { ...channelFields }, EncryptedPart } satisfies Resolvers,
};

function unwrapSecretKey(
  gateway: Gateway,
  channelName: string,
  wrapped: string,
  version: number,
): string | null {
  const channel = channelOf(gateway, { channel: channelName });
  return isChannelOf(weComModule, channel) ? channel.unwrapSecretKey(wrapped, version) : null;
}
