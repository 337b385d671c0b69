import type { ChannelDependencies } from '../../../src/datasources/dependencies.ts';
import type { MessageSource, SourceFilter } from '../../../src/datasources/message-source.ts';
import { createWeComChannel, type WeComChannel } from '../../../src/datasources/wecom/channel.ts';
import { weComConfig } from '../../../src/datasources/wecom/config.ts';
import {
  createWeComSandbox,
  type WeComKnobs,
  type WeComSandbox,
  type WeComSandboxOptions,
} from '../../../src/sandbox/wecom/sandbox.ts';
import { createDependencies, createStores, type Stores } from '../../support/dependencies.ts';
import { TestClock } from '../../support/test-clock.ts';

export const NOW = Date.parse('2026-03-20T10:00:00Z');
export const EVERYTHING: SourceFilter = {
  conversationKey: null,
  participant: null,
  directions: null,
  kinds: null,
  needsText: false,
};

export interface WorldOptions extends Partial<Omit<WeComSandboxOptions, 'now'>> {
  knobs?: Partial<WeComKnobs>;
  callTimeoutMs?: number;
}

export interface WeComWorld extends AsyncDisposable {
  clock: TestClock;
  sandbox: WeComSandbox;
  stores: Stores;
  dependencies: ChannelDependencies;
  channel: WeComChannel;
  /** A channel in another process, with the same stores. */
  restart(settings?: Record<string, unknown>): WeComChannel;
  /** Another channel in the same process. */
  connect(settings?: Record<string, unknown>): WeComChannel;
  syncCalls(): number;
  tokenCalls(): number;
}

/** Without a push token, what has arrived is shown after so long at the latest. */
export const PAUSE_MS = 30_000;

/** A played corporation whose whole history is in reach, with a strict limit on calls, and a gateway's channel to it. */
export async function openWorld(options: WorldOptions = {}): Promise<WeComWorld> {
  const { knobs, callTimeoutMs = 5_000, ...sandboxOptions } = options;
  const clock = new TestClock(NOW);
  const beganAt = clock.monotonic();
  // Nobody sets the provider's clock.
  const providerNow = (): number => NOW + clock.monotonic() - beganAt;
  const sandbox = createWeComSandbox({ seed: 1, ...sandboxOptions, now: providerNow });
  Object.assign(sandbox.server.knobs, { reachDays: 60, secondsBetweenCalls: PAUSE_MS / 1000 }, knobs);
  await sandbox.server.start();
  const stores = createStores();
  const channels: WeComChannel[] = [];
  const start = (): ChannelDependencies => ({ ...createDependencies(clock, stores), callTimeoutMs });
  const connect = (settings: Record<string, unknown>, dependencies: ChannelDependencies): WeComChannel => {
    const config = weComConfig.parse({ ...sandbox.config('corp'), ...settings });
    const channel = createWeComChannel(config, dependencies);
    channels.push(channel);
    return channel;
  };
  const dependencies = start();
  return {
    clock,
    sandbox,
    stores,
    dependencies,
    channel: connect({}, dependencies),
    restart: (settings = {}) => connect(settings, start()),
    connect: (settings = {}) => connect(settings, dependencies),
    syncCalls: () => sandbox.server.listCalls,
    tokenCalls: () => sandbox.server.callsTo('GET /cgi-bin/gettoken'),
    [Symbol.asyncDispose]: async () => {
      await Promise.all(channels.map((channel) => channel.close()));
      await sandbox.server.close();
      await stores.store.close();
    },
  };
}

export function sourceOf(channel: WeComChannel): MessageSource {
  const [source] = channel.sourcesFor(EVERYTHING);
  if (!source) throw new Error('The channel has no source');
  return source;
}
