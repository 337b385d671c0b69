import { createSecretKey, type KeyObject } from 'node:crypto';
import { readConfig } from '../config/read-config.ts';
import { secretKey, type GatewayConfig } from '../config/settings.ts';
import { ConfigError } from '../errors/config-error.ts';
import { StoreError } from '../errors/store-error.ts';
import { createLogger } from '../observability/log.ts';
import { keepAnalystViews } from '../store/analyst-views.ts';
import { copyStore } from '../store/copy-store.ts';
import { toShownLocation } from '../store/location.ts';
import { openStore } from '../store/open-store.ts';
import { readStoreVersion } from '../store/store-version.ts';
import { systemClock as clock } from '../util/clock.ts';

/** Says which migrations of the store are missing, and runs them. @throws ConfigError */
export async function runMigrate(options: { config: string; dryRun?: boolean }): Promise<void> {
  const config = readConfig(options.config, process.env);
  await orConfigError(() => migrate(config, options.dryRun ?? false));
}

async function migrate({ store, directory }: GatewayConfig, isDry: boolean): Promise<void> {
  const { location, encryptionKey = null } = store;
  if (location === 'memory:') throw new StoreError('memory: is made anew at each start');
  const log = createLogger(process.env['LOG_LEVEL'] ?? 'warn');
  const { found, known } = await readStoreVersion(location, directory, encryptionKey, log);
  const say = (text: string): void => void process.stdout.write(`${toShownLocation(location)} ${text}\n`);
  if (found >= known) say(`is of version ${found}: there is nothing to migrate.`);
  else {
    const missing = found + 1 === known ? `migration ${known} is` : `migrations ${found + 1} to ${known} are`;
    say(`is of version ${found}, and this program's is ${known}: ${missing} missing.`);
    if (!isDry) {
      await (await openStore(location, directory, encryptionKey, { clock, log })).close();
      say(`is of version ${known} now.`);
    }
  }
  const [views, ...statements] = await keepAnalystViews(location, encryptionKey, log, isDry);
  if (views !== undefined) say(views);
  for (const statement of statements) process.stdout.write(`${statement}\n`);
}

/**
 * Copies a store with all its ids and cursors.
 *
 * @param options.key the environment variable that holds the encryption key of both; default: they have none
 * @throws ConfigError
 */
export async function runStoreCopy(from: string, to: string, options: { key?: string }): Promise<void> {
  const key = options.key === undefined ? null : readKey(options.key);
  const log = createLogger(process.env['LOG_LEVEL'] ?? 'warn');
  const copied = await orConfigError(() => copyStore(from, to, process.cwd(), key, log));
  for (const { table, rows } of copied) if (rows > 0) process.stdout.write(`${table}: ${rows}\n`);
  process.stdout.write(
    `The store is copied. Name it in the configuration before the gateway starts again: store.location is ${toShownLocation(to)}, with its user.\n`,
  );
}

function readKey(name: string): KeyObject {
  const { data } = secretKey.safeParse(process.env[name]);
  if (data === undefined)
    throw new ConfigError('The environment', [`${name}: must hold the key of the stores, in base64`]);
  return createSecretKey(data);
}

async function orConfigError<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    throw new ConfigError('The store', [error.message]);
  }
}
