import { onTestFinished } from 'vitest';
import type { ChannelDependencies } from '../../../src/datasources/dependencies.ts';
import { createWeChatChannel, type WeChatChannel } from '../../../src/datasources/wechat/channel.ts';
import { weChatConfig } from '../../../src/datasources/wechat/config.ts';
import type { MessageSource } from '../../../src/datasources/message-source.ts';
import {
  createWeChatSandbox,
  type WeChatSandbox,
  type WeChatSandboxOptions,
} from '../../../src/sandbox/wechat/sandbox.ts';
import { createDependencies } from '../../support/dependencies.ts';
import { TestClock } from '../../support/test-clock.ts';

export const NOW = Date.parse('2026-03-20T10:00:00Z');

export interface Shop {
  sandbox: WeChatSandbox;
  clock: TestClock;
  channel: WeChatChannel;
  source: MessageSource;
  /** A channel as after a restart. */
  restart: (config?: Record<string, unknown>, dependencies?: ChannelDependencies) => WeChatChannel;
}

/** Plays an Official Account until the running test ends, and opens a channel to it. */
export async function openShop(
  options: Partial<WeChatSandboxOptions> = {},
  config: Record<string, unknown> = {},
): Promise<Shop> {
  const clock = new TestClock(NOW);
  const sandbox = createWeChatSandbox({ seed: 1, now: () => clock.now(), messages: 0, ...options });
  await sandbox.server.start();
  onTestFinished(() => sandbox.server.close());
  const restart: Shop['restart'] = (changes = {}, dependencies = createDependencies(clock)) => {
    const channel = createWeChatChannel(
      weChatConfig.parse({ ...sandbox.config('shop'), ...config, ...changes }),
      dependencies,
    );
    onTestFinished(() => channel.close());
    return channel;
  };
  const channel = restart();
  return { sandbox, clock, channel, source: sourceOf(channel), restart };
}

export function sourceOf(channel: WeChatChannel): MessageSource {
  const [source] = channel.sourcesFor({
    conversationKey: null,
    participant: null,
    directions: null,
    kinds: null,
    needsText: false,
  });
  if (!source) throw new Error('The channel has no source');
  return source;
}
