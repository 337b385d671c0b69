import { createGatewayWorld, type GatewayWorld, type WorldOptions } from './gateway-world.ts';
import { fillArchives } from './fill-archives.ts';

/** When the sandboxes' history begins: nothing of it has settled. */
const HOURS = 2;

/** A gateway with tools for agents, and archives of all that its providers list. */
export async function createMcpWorld(options: WorldOptions = {}): Promise<GatewayWorld> {
  const from = Date.now() - HOURS * 3_600_000;
  const archive = { since: new Date(from).toISOString() };
  const { settings, ...rest } = options;
  const world = await createGatewayWorld({
    messages: 12,
    from,
    channels: ({ channels }) => channels.map((channel) => ({ ...channel, archive })),
    ...rest,
    settings: { mcp: { enabled: true }, ...settings },
  });
  await fillArchives(world, Date.now());
  return world;
}
