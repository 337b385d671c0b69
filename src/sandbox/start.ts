import { createTencentChatSandbox, type TencentChatSandbox } from './tencent-chat/sandbox.ts';
import { createWeChatSandbox, type WeChatSandbox } from './wechat/sandbox.ts';
import { createWeComSandbox, type WeComSandbox } from './wecom/sandbox.ts';
import { createWhatsAppSandbox, type WhatsAppSandbox } from './whatsapp-scrm/sandbox.ts';

export interface SandboxOptions {
  seed: number;
  /** Unix ms. */
  now: () => number;
  /** Messages at each provider; 400 when left out. */
  messages?: number;
  /** Unix ms, inclusive; three weeks before now when left out. */
  from?: number;
  /** How far back WeCom's first page reaches; 3 days at the real one. */
  weComReachDays?: number;
  /** Where WeCom's private keys are written; left out, the configuration has none. */
  keyDirectory?: string;
}

/** All four providers, played on the loopback interface. */
export interface Sandbox {
  wechat: WeChatSandbox;
  wecom: WeComSandbox;
  tencentChat: TencentChatSandbox;
  whatsApp: WhatsAppSandbox;
  /** The configuration's `channels` that connect to them: shop, corp, broadcast and whatsapp. */
  channels: Record<string, unknown>[];
  /** Every rule of a provider that a caller broke. */
  violations(): string[];
  close(): Promise<void>;
}

const DAY_MS = 86_400_000;

export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const { seed, now, messages = 400, from = now() - 21 * DAY_MS, weComReachDays = 3, keyDirectory } = options;
  // Each has a seed of its own, or all customers would write at the same moments.
  const history = (number: number): { seed: number; now: () => number; messages: number; from: number } => ({
    seed: seed * 4 + number,
    now,
    messages,
    from,
  });
  const wechat = createWeChatSandbox(history(0));
  const wecom = createWeComSandbox({
    ...history(1),
    ...(keyDirectory === undefined ? {} : { keyDirectory }),
  });
  wecom.server.knobs.reachDays = weComReachDays;
  const tencentChat = createTencentChatSandbox(history(2));
  const whatsApp = createWhatsAppSandbox(history(3));
  const servers = [wechat.server, wecom.server, tencentChat.server, whatsApp.server];
  await Promise.all(servers.map((server) => server.start()));
  return {
    wechat,
    wecom,
    tencentChat,
    whatsApp,
    channels: [
      wechat.config('shop'),
      wecom.config('corp'),
      tencentChat.config('broadcast'),
      whatsApp.config('whatsapp'),
    ],
    violations: () => servers.flatMap((server) => server.violations),
    close: async () => {
      await Promise.all(servers.map((server) => server.close()));
    },
  };
}
