import type { ProviderModule } from '../provider.ts';
import { createWeComChannel, type WeComChannel } from './channel.ts';
import { weComConfig, type WeComConfig } from './config.ts';
import { toSample } from './sample.ts';

export type { WeComChannel as WeComChannelRecord } from './channel.ts';
export type { WeComMessageRecord } from './to-message.ts';

export const weComModule: ProviderModule<WeComConfig, WeComChannel> = {
  provider: 'WECOM',
  typeNames: { message: 'WeComMessage', channel: 'WeComChannel' },
  config: weComConfig,
  createChannel: createWeComChannel,
  toSample,
};
