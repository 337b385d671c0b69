import { flushCompileCache } from 'node:module';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { ConfigError } from '../errors/config-error.ts';
import { readConfig } from '../config/read-config.ts';
import type { GatewayConfig } from '../config/settings.ts';
import type { Authenticator } from '../access/authenticator.ts';
import { createApi } from '../app/api.ts';
import { createLogger } from '../observability/log.ts';

/** Requests under way may finish, which takes them no longer than they may take anyway. */
const DRAIN_MARGIN_MS = 1_000;

/** @throws ConfigError */
export async function runServe(options: { config: string; port?: number }): Promise<void> {
  const config = readConfig(options.config, process.env);
  const url = await listen(config, options.port ?? config.server.port, {
    readAgain: () => readConfig(options.config, process.env),
  });
  process.stdout.write(`ready ${url}\n`);
  // Else it is written at the end, which one that is killed does not come to.
  flushCompileCache();
}

interface ListenOptions {
  /** Called at the end, also when it cannot start. */
  onClosed?: () => Promise<void>;
  /** Reads the configuration as it is now; its `auth` is taken over on SIGHUP. */
  readAgain?: () => GatewayConfig;
}

/**
 * Starts the gateway; on SIGTERM or SIGINT it takes no new requests, finishes those under way, closes its stores and ends.
 *
 * @returns the URL of the GraphQL endpoint
 */
export async function listen(
  config: GatewayConfig,
  port: number,
  { onClosed, readAgain }: ListenOptions = {},
): Promise<string> {
  const log = createLogger(process.env['LOG_LEVEL']);
  const api = await createApi(config, log);
  const { server, reading } = api;
  if (onClosed) server.addHook('onClose', onClosed);
  if (readAgain) takeKeysOnSignal(server, reading.authenticator, readAgain, log);
  closeOnSignal(server, log, config.limits.requestTimeoutMs + DRAIN_MARGIN_MS);
  try {
    return `${await api.start(port)}/graphql`;
  } catch (error) {
    await server.close();
    throw error;
  }
}

/** Keys come and go without a restart. A configuration with mistakes changes nothing. */
function takeKeysOnSignal(
  server: FastifyInstance,
  authenticator: Authenticator,
  readAgain: () => GatewayConfig,
  log: Logger,
): void {
  const take = (): void => {
    try {
      const { auth } = readAgain();
      // To open the doors takes a restart: the address to listen on may have to change with it.
      if (auth === undefined && !authenticator.isOpen) {
        log.error('The configuration has no auth section any more; the keys stay as they were');
        return;
      }
      authenticator.replace(auth ?? null);
      log.info('The keys of the configuration are in force');
    } catch (error) {
      // They tell paths and no values.
      const problems = error instanceof ConfigError ? error.problems : [];
      for (const problem of problems) log.error({ problem }, 'The configuration has a mistake');
      const reason = problems.length > 0 ? { count: problems.length } : { err: error };
      log.error(reason, 'The configuration has mistakes; the keys stay as they were');
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
      // Does not keep the process alive; it ends by itself once everything is closed.
      setTimeout(() => process.exit(1), drainMs).unref();
      server.close().catch((error: unknown) => {
        log.error({ err: error }, 'The gateway did not close in order');
        process.exitCode = 1;
      });
    });
  }
}
