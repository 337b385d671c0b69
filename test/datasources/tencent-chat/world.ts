import { createTencentChatChannel } from '../../../src/datasources/tencent-chat/channel.ts';
import { tencentChatConfig } from '../../../src/datasources/tencent-chat/config.ts';
import type { TencentChatChannel } from '../../../src/datasources/tencent-chat/channel.ts';
import type { ChannelDependencies } from '../../../src/datasources/dependencies.ts';
import type { MessageSource } from '../../../src/datasources/message-source.ts';
import {
  createTencentChatSandbox,
  type TencentChatKnobs,
  type TencentChatSandbox,
  type TencentChatSandboxOptions,
} from '../../../src/sandbox/tencent-chat/sandbox.ts';
import { TestClock } from '../../support/test-clock.ts';

export const NOW = Date.parse('2026-03-20T10:00:00Z');
export const EVERYTHING = {
  conversationKey: null,
  participant: null,
  directions: null,
  kinds: null,
  needsText: false,
};

export interface TencentChatWorld {
  clock: TestClock;
  sandbox: TencentChatSandbox;
  createChannel(dependencies: ChannelDependencies, changes?: Record<string, unknown>): TencentChatChannel;
  close(): Promise<void>;
}

/** A started sandbox with one official account, unless the options say otherwise, and the channels made on it. */
export async function openWorld({
  clock = new TestClock(NOW),
  knobs = {},
  ...options
}: Partial<TencentChatSandboxOptions> & {
  clock?: TestClock;
  knobs?: Partial<TencentChatKnobs>;
} = {}): Promise<TencentChatWorld> {
  const sandbox = createTencentChatSandbox({ seed: 1, now: () => clock.now(), accounts: 1, ...options });
  Object.assign(sandbox.server.knobs, knobs);
  await sandbox.server.start();
  const channels: TencentChatChannel[] = [];
  return {
    clock,
    sandbox,
    createChannel(dependencies, changes = {}) {
      // No process starts again within the second in which the provider counts calls.
      clock.advance(1_100);
      const config = tencentChatConfig.parse({ ...sandbox.config('broadcast'), ...changes });
      const channel = createTencentChatChannel(config, dependencies);
      channels.push(channel);
      return channel;
    },
    async close() {
      await Promise.all(channels.map((channel) => channel.close()));
      await sandbox.server.close();
    },
  };
}

export function onlySource(channel: TencentChatChannel): MessageSource {
  const [source] = channel.sourcesFor(EVERYTHING);
  if (!source) throw new Error('The channel has no source');
  return source;
}
