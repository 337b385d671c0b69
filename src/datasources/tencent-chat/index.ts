import type { ProviderModule } from '../provider.ts';
import { createTencentChatChannel, type TencentChatChannel } from './channel.ts';
import { tencentChatConfig, type TencentChatConfig } from './config.ts';
import { toSample } from './sample.ts';

export type { TencentChatChannel as TencentChatChannelRecord } from './channel.ts';
export type { TencentChatMessageRecord } from './to-message.ts';

export const tencentChatModule: ProviderModule<TencentChatConfig, TencentChatChannel> = {
  provider: 'TENCENT_CHAT',
  typeNames: { message: 'TencentChatMessage', channel: 'TencentChatChannel' },
  config: tencentChatConfig,
  createChannel: createTencentChatChannel,
  toSample,
};
