import { knownSandboxes } from './known-sandboxes.ts';
import type { HistoryOptions, Sandbox } from './sandbox.ts';

type Known = typeof knownSandboxes;
type Named = { [Name in keyof Known]: ReturnType<Known[Name]['create']> };
export type ChannelName = Known[keyof Known]['channel'];

const KNOWN = Object.values(knownSandboxes);
/** The channels of all sandboxes. */
export const CHANNELS: readonly ChannelName[] = KNOWN.map(({ channel }) => channel);

/** `messages` are 400 at each provider when left out, `from` three weeks before now. */
export interface SandboxOptions extends Omit<HistoryOptions, 'until'> {
  /** The channels whose sandboxes run; default: all. The others have no history and do not answer. */
  only?: readonly ChannelName[];
  /** Where they listen, each on the next port; default: on the loopback interface, on any free ports. */
  listen?: { host: string; firstPort: number };
}

/** Sandboxes of all providers on the loopback interface, by name. */
export interface Sandboxes extends Named {
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
  const { now, messages = 400, from = now() - 21 * DAY_MS, only = CHANNELS, listen } = options;
  const named = Object.fromEntries(
    Object.entries(knownSandboxes).map(([name, { channel, create }], index) => [
      name,
      create({
        ...options,
        // Each has a seed of its own, or all customers would write at the same moments.
        seed: options.seed * KNOWN.length + index,
        messages: only.includes(channel) ? messages : 0,
        from,
      }),
    ]),
    // Each name has what its own function makes.
  ) as Named;
  const all: Sandbox[] = Object.values(named).filter(({ channel }) => only.includes(channel));
  await Promise.all(
    all.map(({ server }, index) => server.start(listen && listen.firstPort + index, listen?.host)),
  );
  return {
    ...named,
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
