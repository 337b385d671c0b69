import type { ProviderModule } from '../provider.ts';
import { createWeChatChannel, type WeChatChannel } from './channel.ts';
import { weChatConfig, type WeChatConfig } from './config.ts';
import { toSample } from './sample.ts';

export type { WeChatChannel as WeChatChannelRecord } from './channel.ts';
export type { CustomerServiceAccountRecord, CustomerServiceSessionRecord } from './in-channel.ts';
export type { WeChatMessageRecord } from './to-message.ts';

export const weChatModule: ProviderModule<WeChatConfig, WeChatChannel> = {
  provider: 'WECHAT',
  typeNames: { message: 'WeChatMessage', channel: 'WeChatChannel' },
  config: weChatConfig,
  createChannel: createWeChatChannel,
  toSample,
};
