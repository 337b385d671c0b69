import type { HistoryOptions, Sandbox } from './sandbox.ts';
import { createTencentChatSandbox, type TencentChatSandbox } from './tencent-chat/sandbox.ts';
import { createWeChatSandbox, type WeChatSandbox } from './wechat/sandbox.ts';
import { createWeComSandbox, type WeComSandbox } from './wecom/sandbox.ts';
import { createWhatsAppSandbox, type WhatsAppSandbox } from './whatsapp-scrm/sandbox.ts';

/** The channels of all sandboxes. */
export const CHANNELS = ['shop', 'corp', 'broadcast', 'whatsapp'] as const;
export type ChannelName = (typeof CHANNELS)[number];

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
  /** The channels whose sandboxes run; default: all. The others have no history and do not answer. */
  only?: readonly ChannelName[];
}

/** Sandboxes of all providers on the loopback interface. */
export interface Sandboxes {
  wechat: WeChatSandbox;
  wecom: WeComSandbox;
  tencentChat: TencentChatSandbox;
  whatsApp: WhatsAppSandbox;
  /** Those that are played, in the order of `CHANNELS`. */
  all: readonly Sandbox[];
  /** The provider of a channel. @throws Error when it is not played */
  of(channel: string): Sandbox;
  /** The configuration's `channels` that connect to them. */
  channels: Record<string, unknown>[];
  /** Every rule of a provider that a caller broke. */
  violations(): string[];
  close(): Promise<void>;
}

const DAY_MS = 86_400_000;

export async function startSandboxes(options: SandboxOptions): Promise<Sandboxes> {
  const { seed, now, messages = 400, from = now() - 21 * DAY_MS } = options;
  const { weComReachDays = 3, keyDirectory, only = CHANNELS } = options;
  const history = (channel: ChannelName): HistoryOptions => ({
    // Each has a seed of its own, or all customers would write at the same moments.
    seed: seed * CHANNELS.length + CHANNELS.indexOf(channel),
    now,
    messages: only.includes(channel) ? messages : 0,
    from,
  });
  const wechat = createWeChatSandbox(history('shop'));
  const wecom = createWeComSandbox({
    ...history('corp'),
    ...(keyDirectory === undefined ? {} : { keyDirectory }),
  });
  wecom.server.knobs.reachDays = weComReachDays;
  const tencentChat = createTencentChatSandbox(history('broadcast'));
  const whatsApp = createWhatsAppSandbox(history('whatsapp'));
  const all = [wechat, wecom, tencentChat, whatsApp].filter(({ channel }) => only.includes(channel));
  await Promise.all(all.map(({ server }) => server.start()));
  return {
    wechat,
    wecom,
    tencentChat,
    whatsApp,
    all,
    of: (channel) => {
      const sandbox = all.find((candidate) => candidate.channel === channel);
      if (!sandbox) throw new Error(`The provider of the channel "${channel}" is not played`);
      return sandbox;
    },
    channels: all.map((sandbox) => sandbox.config()),
    violations: () => all.flatMap(({ server }) => server.violations),
    close: async () => {
      await Promise.all(all.map(({ server }) => server.close()));
    },
  };
}
