import { createServer } from 'node:http';
import { startSandboxes, type Sandboxes } from '../src/sandbox/start.ts';
import { close, listen } from './listen.ts';
import { createRest, type Rest } from './rest.ts';

const DAY_MS = 86_400_000;
/** How far back all of the history reaches, and WeCom's first pull with it. */
const HISTORY_DAYS = 21;

/** The providers, and what else a measured process calls. It all runs in this process, beside the load. */
export interface World {
  sandboxes: Sandboxes;
  /** The channels for the gateway's configuration; unless asked otherwise, without any limit of calls. */
  channels: Record<string, unknown>[];
  /** What peers and raw loops read from. */
  rest: Rest;
  /** Takes traces and throws them away. */
  collectorUrl: string;
  /** How many calls the providers got. */
  calls: () => number;
  close: () => Promise<void>;
}

export interface WorldOptions {
  /** At each provider. */
  messages: number;
  /** How far back WeCom's first page reaches; default: over the whole history. */
  weComReachDays?: number;
  /** The gateway calls the providers as seldom as it does with a new configuration, instead of as often as it likes. */
  hasDefaultLimits?: boolean;
}

/** The same history each time, up to now. */
export async function openWorld({
  messages,
  weComReachDays = HISTORY_DAYS + 1,
  hasDefaultLimits = false,
}: WorldOptions): Promise<World> {
  const now = Date.now();
  const sandboxes = await startSandboxes({
    seed: 1,
    now: () => Date.now(),
    messages,
    from: now - HISTORY_DAYS * DAY_MS,
    weComReachDays,
  });
  const channels = sandboxes.all.map((sandbox) => ({
    ...sandbox.config(),
    ...(!hasDefaultLimits && sandbox.liftLimits()),
  }));
  const rest = await createRest();
  const collector = createServer((request, response) => {
    request.resume().once('end', () => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end('{}');
    });
  });
  const collectorUrl = await listen(collector);
  return {
    sandboxes,
    channels,
    rest,
    collectorUrl,
    calls: () => sandboxes.all.reduce((sum, { server }) => sum + server.calls.length, 0),
    close: async () => {
      await rest.close();
      await close(collector);
      await sandboxes.close();
    },
  };
}
