import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { createApiKey } from '../src/access/api-keys.ts';
import { SCOPES } from '../src/access/caller.ts';
import type { Place } from './cores.ts';
import { startMeasured, type MeasuredProcess } from './measured-process.ts';
import { builtProgram } from './program.ts';
import type { World } from './world.ts';

/** The same for all processes, so that one reads the cursors of another, and all give a message the same id. */
const SECRET = Buffer.alloc(32, 1).toString('base64');
/** None of them is what is measured. */
const UNLIMITED = { requestsPerMinute: 1_000_000_000, maxSubscriptions: 10_000 };

const apiKey = createApiKey();

/** With all that operators can switch on: callers have keys, the store is encrypted, one request in ten is traced. */
export const GUARDED_HEADERS = { authorization: `Bearer ${apiKey.key}` };

export interface GatewayOptions {
  isGuarded?: boolean;
  /** Of the configuration; left out: an empty one on disk. */
  store?: string;
  place?: Place;
}

/** Starts the gateway as it is published. */
export async function startGateway(
  world: World,
  { isGuarded = false, store: location = 'sqlite:./gateway.db', place }: GatewayOptions = {},
): Promise<MeasuredProcess> {
  const directory = mkdtempSync(join(tmpdir(), 'gateway-bench-'));
  const config = {
    store: isGuarded ? { location, encryptionKey: randomBytes(32).toString('base64') } : location,
    secret: SECRET,
    limits: UNLIMITED,
    ...(isGuarded && {
      auth: { apiKeys: [{ name: 'bench', sha256: apiKey.sha256, scopes: SCOPES }] },
      telemetry: { otlpEndpoint: world.collectorUrl, sampleRatio: 0.1 },
    }),
    channels: world.channels,
  };
  const file = join(directory, 'gateway.yaml');
  writeFileSync(file, stringify(config));
  const args = [await builtProgram(), 'serve', '--config', file, '--port', '0'];
  const measured = await startMeasured(args, place);
  return {
    ...measured,
    stop: async () => {
      await measured.stop();
      rmSync(directory, { recursive: true });
    },
  };
}
