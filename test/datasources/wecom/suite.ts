import { createWeComChannel } from '../../../src/datasources/wecom/channel.ts';
import { weComConfig } from '../../../src/datasources/wecom/config.ts';
import type { WeComChannel } from '../../../src/datasources/wecom/channel.ts';
import { createWeComSandbox, type WeComKnobs } from '../../../src/sandbox/wecom/sandbox.ts';
import type { ProviderSuite } from '../../contract/message-source.ts';

interface Variant extends Partial<WeComKnobs> {
  delayedShare?: number;
}

const VARIANTS: Record<string, Variant> = {
  'as documented': {},
  'smaller pages than asked for': { maxPageSize: 23 },
  'has_more as a number': { hasMoreAs: 'number', maxPageSize: 50 },
  'a message a page': { maxPageSize: 9 },
  'late arrivals in the stream': { delayedShare: 0.2, maxPageSize: 31 },
};

export const weComSuite: ProviderSuite = {
  name: 'WECOM',
  variants: Object.keys(VARIANTS),
  staleMs: 30_000,
  createWorld: async ({ variant, messages, seed, clock }) => {
    const { delayedShare = 0, ...knobs } = VARIANTS[variant] ?? {};
    const sandbox = createWeComSandbox({ seed, now: () => clock.now(), messages, delayedShare });
    Object.assign(sandbox.server.knobs, { reachDays: 60 }, knobs);
    await sandbox.server.start();
    const channels: WeComChannel[] = [];
    return {
      identities: () =>
        [...sandbox.records].sort((a, b) => a.send_time - b.send_time).map(({ msgid }) => msgid),
      identify: ({ nativeId }) => nativeId ?? '',
      createChannel: (dependencies) => {
        const channel = createWeComChannel(weComConfig.parse(sandbox.config('corp')), dependencies);
        channels.push(channel);
        return channel;
      },
      arrive: (count) => {
        for (let i = 0; i < count; i++) sandbox.add();
      },
      violations: () => sandbox.server.violations,
      close: async () => {
        await Promise.all(channels.map((channel) => channel.close()));
        await sandbox.server.close();
      },
    };
  },
};
