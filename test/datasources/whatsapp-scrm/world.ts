import type { ChannelDependencies } from '../../../src/datasources/dependencies.ts';
import type { MessageSource, SourceFilter } from '../../../src/datasources/message-source.ts';
import {
  createWhatsAppChannel,
  type WhatsAppChannel,
} from '../../../src/datasources/whatsapp-scrm/channel.ts';
import { whatsAppConfig } from '../../../src/datasources/whatsapp-scrm/config.ts';
import type { WhatsAppScrmRecord } from '../../../src/sandbox/whatsapp-scrm/history.ts';
import {
  createWhatsAppSandbox,
  type WhatsAppKnobs,
  type WhatsAppSandbox,
  type WhatsAppSandboxOptions,
} from '../../../src/sandbox/whatsapp-scrm/sandbox.ts';
import { createDependencies } from '../../support/dependencies.ts';
import { TestClock } from '../../support/test-clock.ts';

export const NOW = Date.parse('2026-03-20T10:00:00Z');
export const EVERYTHING: SourceFilter = {
  conversationKey: null,
  participant: null,
  directions: null,
  kinds: null,
  needsText: false,
};

export interface WhatsAppWorld {
  clock: TestClock;
  sandbox: WhatsAppSandbox;
  createChannel(dependencies?: ChannelDependencies, changes?: Record<string, unknown>): WhatsAppChannel;
  /** Calls that the sandbox has had. */
  calls(): number;
  /** Record ids, oldest message first. */
  ids(): string[];
  close(): Promise<void>;
}

/** A started sandbox and the channels made on it. */
export async function openWorld({
  clock = new TestClock(NOW),
  knobs = {},
  ...options
}: Partial<WhatsAppSandboxOptions> & {
  clock?: TestClock;
  knobs?: Partial<WhatsAppKnobs>;
} = {}): Promise<WhatsAppWorld> {
  const sandbox = createWhatsAppSandbox({ seed: 1, now: () => clock.now(), ...options });
  Object.assign(sandbox.server.knobs, knobs);
  await sandbox.server.start();
  const channels: WhatsAppChannel[] = [];
  return {
    clock,
    sandbox,
    createChannel(dependencies = createDependencies(clock), changes = {}) {
      const config = whatsAppConfig.parse({ ...sandbox.config('whatsapp'), ...changes });
      const channel = createWhatsAppChannel(config, dependencies);
      channels.push(channel);
      return channel;
    },
    calls: () => sandbox.server.calls.length,
    ids: () => inOrder(sandbox.records).map(({ id }) => String(id)),
    async close() {
      await Promise.all(channels.map((channel) => channel.close()));
      await sandbox.server.close();
    },
  };
}

function inOrder(records: readonly WhatsAppScrmRecord[]): WhatsAppScrmRecord[] {
  return records.toSorted((a, b) => a.chatTime - b.chatTime || a.id - b.id);
}

export function onlySource(channel: WhatsAppChannel, filter: SourceFilter = EVERYTHING): MessageSource {
  const [source] = channel.sourcesFor(filter);
  if (!source) throw new Error('The channel has no source');
  return source;
}
