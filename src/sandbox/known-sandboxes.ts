import { createTencentChatSandbox } from './tencent-chat/sandbox.ts';
import { createWeChatSandbox } from './wechat/sandbox.ts';
import { createWeComSandbox } from './wecom/sandbox.ts';
import { createWhatsAppSandbox } from './whatsapp-scrm/sandbox.ts';

/** The sandboxes that the demo and the tests start, a line each: the name, the channel, and what makes it. */
export const knownSandboxes = {
  wechat: { channel: 'shop', create: createWeChatSandbox },
  wecom: { channel: 'corp', create: createWeComSandbox },
  tencentChat: { channel: 'broadcast', create: createTencentChatSandbox },
  whatsApp: { channel: 'whatsapp', create: createWhatsAppSandbox },
} as const;
