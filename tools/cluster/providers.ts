import { parseArgs } from 'node:util';
import { Random } from '../../src/sandbox/random.ts';
import { startSandboxes } from '../../src/sandbox/start.ts';
import { deliverUntilAcknowledged, pause } from './deliveries.ts';

/** The providers of `examples/cluster/compose.yaml`: sandboxes on fixed ports, where customers go on writing. */

const PAUSE_MS = { least: 100, most: 1_000 };
/** By which the credentials in `gateway.yaml` are those of the sandboxes. */
const SEED = 1;
const FIRST_PORT = 4101;

const { values } = parseArgs({
  options: { host: { type: 'string', default: '127.0.0.1' }, gateway: { type: 'string' } },
});
const { host, gateway } = values;
const closing = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    closing.abort();
  });
}

const sandboxes = await startSandboxes({
  seed: SEED,
  now: () => Date.now(),
  weComReachDays: 30,
  listen: { host, firstPort: FIRST_PORT },
});
for (const { channel, server } of sandboxes.all)
  process.stdout.write(`${channel} is played on port ${new URL(server.baseUrl).port}\n`);
const random = new Random(Date.now());
while (!closing.signal.aborted) {
  await pause(random.between(PAUSE_MS.least, PAUSE_MS.most), closing.signal);
  const sandbox = sandboxes.all[random.between(0, sandboxes.all.length - 1)];
  if (sandbox === undefined) continue;
  for (const push of sandbox.push(sandbox.add({})))
    if (gateway !== undefined) await deliverUntilAcknowledged(gateway, sandbox.channel, push, closing.signal);
}
await sandboxes.close();
