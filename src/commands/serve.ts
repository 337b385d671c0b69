import { flushCompileCache } from 'node:module';
import { setFlagsFromString } from 'node:v8';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { ConfigError } from '../errors/config-error.ts';
import { readConfig } from '../config/read-config.ts';
import type { GatewayConfig } from '../config/settings.ts';
import type { Authenticator } from '../access/authenticator.ts';
import { createApi } from '../app/api.ts';
import { rehearse } from '../app/rehearsal.ts';
import { createLogger } from '../observability/log.ts';

/** Requests in flight may finish, which takes at most their timeout. */
const DRAIN_MARGIN_MS = 1_000;

/**
 * A gateway keeps tens of megabytes of records, and V8 goes through all of them to collect the whole heap: so that may grow
 * more before. What requests make goes into the old generation only when it has survived young collections.
 */
const HEAP_FLAGS = ['--heap-growing-percent=150', '--no-allocation-site-pretenuring'];

/** @throws ConfigError */
export async function runServe(options: {
  config: string;
  port?: number;
  rehearsal: boolean;
}): Promise<void> {
  const config = readConfig(options.config, process.env);
  const url = await listen(config, options.port ?? config.server.port, {
    readAgain: () => readConfig(options.config, process.env),
    isRehearsed: options.rehearsal,
  });
  if (url === null) return;
  process.stdout.write(`ready ${url}\n`);
  // Otherwise Node.js writes the cache at exit, which a killed process never reaches.
  flushCompileCache();
}

interface ListenOptions {
  /** Called at the end, also when the start fails. */
  onClosed?: () => Promise<void>;
  /** Reads the current configuration; SIGHUP applies its `auth`. */
  readAgain?: () => GatewayConfig;
  /** Runs code once before the first request, which takes about half a second. */
  isRehearsed?: boolean;
}

/**
 * Starts the gateway; on SIGTERM or SIGINT it accepts no new requests, finishes those in flight, closes its stores
 * and ends.
 *
 * @returns the URL of the GraphQL endpoint; null when a signal came before it was ready
 */
export async function listen(
  config: GatewayConfig,
  port: number,
  { onClosed, readAgain, isRehearsed = false }: ListenOptions = {},
): Promise<string | null> {
  for (const flag of HEAP_FLAGS) setFlagsFromString(flag);
  const log = createLogger(process.env['LOG_LEVEL']);
  const api = await createApi(config, log);
  const { server, reading } = api;
  if (onClosed) server.addHook('onClose', onClosed);
  if (readAgain) takeKeysOnSignal(server, reading.authenticator, readAgain, log);
  closeOnSignal(server, log, config.limits.requestTimeoutMs + DRAIN_MARGIN_MS);
  // While it rehearses, providers answer.
  reading.prepare();
  try {
    if (isRehearsed) await rehearse(config, log);
    return `${await api.start(port)}/graphql`;
  } catch (error) {
    const isToldToEnd = api.health.isClosing;
    await server.close();
    if (isToldToEnd) return null;
    throw error;
  }
}

/** Reloads keys without a restart. A configuration with mistakes changes nothing. */
function takeKeysOnSignal(
  server: FastifyInstance,
  authenticator: Authenticator,
  readAgain: () => GatewayConfig,
  log: Logger,
): void {
  const take = (): void => {
    try {
      const { auth } = readAgain();
      // Removing authentication takes a restart: the address to listen on may have to change with it.
      if (auth === undefined && !authenticator.isOpen) {
        log.error('The configuration no longer has an auth section; the gateway keeps the old keys');
        return;
      }
      authenticator.replace(auth ?? null);
      log.info('The keys of the configuration were reloaded');
    } catch (error) {
      // Problems name paths, never values.
      const problems = error instanceof ConfigError ? error.problems : [];
      for (const problem of problems) log.error({ problem }, 'The configuration has a mistake');
      const reason = problems.length > 0 ? { count: problems.length } : { err: error };
      log.error(reason, 'The configuration has mistakes; the gateway keeps the old keys');
    }
  };
  process.on('SIGHUP', take);
  server.addHook('onClose', (_server, done) => {
    process.off('SIGHUP', take);
    done();
  });
}

function closeOnSignal(server: FastifyInstance, log: Logger, drainMs: number): void {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      log.info({ signal }, 'Closing');
      // The timer does not keep the process alive; the process ends once everything is closed.
      setTimeout(() => process.exit(1), drainMs).unref();
      server.close().catch((error: unknown) => {
        log.error({ err: error }, 'The gateway did not shut down cleanly');
        process.exitCode = 1;
      });
    });
  }
}
