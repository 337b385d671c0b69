import { z } from 'zod';
import type { ChannelDependencies } from './dependencies.ts';
import type { ChatChannel } from './message-source.ts';
import { createTencentChatChannel, tencentChatConfig } from './tencent-chat/index.ts';
import { createWeChatChannel, weChatConfig } from './wechat/index.ts';
import { createWeComChannel, weComConfig } from './wecom/index.ts';
import { createWhatsAppChannel, whatsAppConfig } from './whatsapp-scrm/index.ts';

/** A channel's entry in the configuration, of any provider. */
export const anyChannelConfig = z.discriminatedUnion('provider', [
  weChatConfig,
  weComConfig,
  tencentChatConfig,
  whatsAppConfig,
]);
export type AnyChannelConfig = z.output<typeof anyChannelConfig>;

/** @throws Error when something that the entry names, such as a key file, does not exist */
export function createChannel(config: AnyChannelConfig, dependencies: ChannelDependencies): ChatChannel {
  switch (config.provider) {
    case 'WECHAT':
      return createWeChatChannel(config, dependencies);
    case 'WECOM':
      return createWeComChannel(config, dependencies);
    case 'TENCENT_CHAT':
      return createTencentChatChannel(config, dependencies);
    case 'WHATSAPP_SCRM':
      return createWhatsAppChannel(config, dependencies);
  }
}
