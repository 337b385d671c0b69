import type { FastifyInstance } from 'fastify';
import { pino, type Logger } from 'pino';
import { readConfig, type GatewayConfig } from '../config.ts';
import { openGateway } from '../gateway.ts';
import { createServer } from '../server.ts';

/** Requests under way may finish, which takes them no longer than they may take anyway. */
const DRAIN_MARGIN_MS = 1_000;

/** @throws ConfigError */
export async function runServe(options: { config: string; port?: number }): Promise<void> {
  const config = readConfig(options.config, process.env);
  const url = await listen(config, options.port ?? config.server.port);
  process.stdout.write(`ready ${url}\n`);
}

/**
 * Starts the gateway; on SIGTERM or SIGINT it takes no new requests, finishes those under way, closes its stores and ends.
 *
 * @param onClosed called at the end, also when it cannot start
 * @returns the URL of the GraphQL endpoint
 */
export async function listen(
  config: GatewayConfig,
  port: number,
  onClosed: () => Promise<void> = () => Promise.resolve(),
): Promise<string> {
  const log = createLogger();
  const server = await createServer(openGateway(config, log), log);
  server.addHook('onClose', onClosed);
  closeOnSignal(server, log, config.limits.requestTimeoutMs + DRAIN_MARGIN_MS);
  try {
    return `${await server.listen({ host: config.server.host, port })}/graphql`;
  } catch (error) {
    await server.close();
    throw error;
  }
}

/** Standard output belongs to what the commands print; the log goes to standard error. */
export function createLogger(): Logger {
  return pino({ level: process.env['LOG_LEVEL'] ?? 'info' }, pino.destination(2));
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
