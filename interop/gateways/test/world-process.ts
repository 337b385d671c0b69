import { systemClock } from '../../../src/util/clock.ts';
import { createGatewayWorld } from '../../../test/support/gateway-world.ts';

/** Who chats depends on the moment at which the sandboxes begin; at this one the customers of the CRM do. */
const BEGINNING = Date.UTC(2026, 10, 20, 9);
let now = (): number => BEGINNING;

/**
 * The whole gateway over played providers, as a process: its libraries are not those of the routers. Told `fault` or
 * `mend`, its WeChat provider fails or answers again.
 */
const world = await createGatewayWorld({ weComReachDays: 30, clock: { ...systemClock, now: () => now() } });
const startedAt = Date.now();
now = () => BEGINNING + Date.now() - startedAt;
process.on('message', (message) => {
  world.sandbox.wechat.server.knobs.fault = message === 'fault' ? 'server-error' : null;
  process.send?.('done');
});
process.once('disconnect', () => void world.close());
process.send?.({ url: world.url });
