import { parentPort, workerData } from 'node:worker_threads';
import { stringify } from 'yaml';
import { readSamples } from '../../src/app/rehearsal.ts';
import { parseConfig } from '../../src/config/read-config.ts';
import { createGatewayWorld } from './gateway-world.ts';

/**
 * For a thread, which has not compiled anything before: counts what is compiled from text, as validators are, while the first
 * request is answered.
 */
const world = await createGatewayWorld({ messages: 300 });
if (workerData === 'rehearsal') {
  const config = parseConfig(stringify({ store: 'memory:', channels: world.sandbox.channels }), {
    source: 'a test',
    directory: process.cwd(),
    environment: {},
  });
  await readSamples(config);
}
let compiled = 0;
globalThis.Function = new Proxy(Function, {
  construct: (target, args, newTarget) => {
    compiled++;
    return Reflect.construct(target, args, newTarget) as object;
  },
});
await world.query('{ messages(first: 100) { nodes { id kind text sender { id } parts { __typename } } } }');
await world.close();
parentPort?.postMessage(compiled);
