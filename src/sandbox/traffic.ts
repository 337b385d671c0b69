import { Random } from './random.ts';
import type { SandboxPush } from './sandbox.ts';
import type { Sandboxes } from './start.ts';

const PAUSE_MS = { least: 1_000, most: 6_000 };

/**
 * Makes customers keep writing: every few seconds a message arrives at one of the providers, which notifies the
 * gateway as the real one would, sometimes repeatedly.
 *
 * @param gateway the gateway's base URL
 * @returns stops it
 */
export function startTraffic({ all }: Sandboxes, gateway: string, seed: number): () => void {
  const random = new Random(seed);
  let timer: NodeJS.Timeout | undefined;
  const stop = (): void => {
    clearTimeout(timer);
  };
  const next = (): void => {
    timer = setTimeout(
      () => {
        const sandbox = all[random.between(0, all.length - 1)];
        if (!sandbox) return;
        for (const push of sandbox.push(sandbox.add({}))) {
          const times = random.chance(0.2) ? 2 : 1;
          // It stops when the gateway no longer answers.
          for (let time = 0; time < times; time++) send(gateway, sandbox.channel, push).catch(stop);
        }
        next();
      },
      random.between(PAUSE_MS.least, PAUSE_MS.most),
    ).unref();
  };
  next();
  return stop;
}

async function send(
  gateway: string,
  channel: string,
  { event, method, query, headers, body }: SandboxPush,
): Promise<void> {
  const url = new URL(`/webhooks/${channel}/${event}`, gateway);
  url.search = new URLSearchParams(query).toString();
  const response = await fetch(url, { method, headers, body });
  await response.text();
}
