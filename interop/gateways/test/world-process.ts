import { createGatewayWorld } from '../../../test/support/gateway-world.ts';

/**
 * The whole gateway over played providers, as a process: its libraries are not those of the routers. Told `fault` or
 * `mend`, its WeChat provider fails or answers again.
 */
const world = await createGatewayWorld({ weComReachDays: 30 });
process.on('message', (message) => {
  world.sandbox.wechat.server.knobs.fault = message === 'fault' ? 'server-error' : null;
  process.send?.('done');
});
process.once('disconnect', () => void world.close());
process.send?.({ url: world.url });
