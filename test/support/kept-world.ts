import { createGatewayWorld, type GatewayWorld, type WorldOptions } from './gateway-world.ts';
import { areComplete } from './settled-walk.ts';
import { waitUntil } from './wait-until.ts';

/** A gateway over the four providers whose channels all have an archive, which has all that has settled. @param since Unix ms */
export async function openKeptWorld(since: number, options: WorldOptions = {}): Promise<GatewayWorld> {
  const world = await createGatewayWorld({
    from: since,
    messages: 150,
    weComReachDays: 30,
    ...options,
    channels: ({ channels }) =>
      channels.map((channel) => ({
        ...channel,
        displayName: `The ${String(channel['name'])}`,
        archive: { since: new Date(since).toISOString() },
      })),
  });
  world.gateway.live.keepUp();
  await waitUntil(() => areComplete(world.url));
  return world;
}

/** How many calls its providers have had. */
export function callsOf({ sandbox }: Pick<GatewayWorld, 'sandbox'>): number {
  return sandbox.all.reduce((sum, { server }) => sum + server.calls.length, 0);
}
