import { randomBytes } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { pino } from 'pino';
import { stringify } from 'yaml';
import { parseConfig, type GatewayConfig } from '../../src/config.ts';
import { systemClock, type Clock } from '../../src/datasources/kit/clock.ts';
import { openGateway } from '../../src/gateway.ts';
import { startSandbox, type Sandbox, type SandboxOptions } from '../../src/sandbox/start.ts';
import { createServer } from '../../src/server.ts';

export interface GraphQLResult {
  status: number;
  data: Record<string, unknown> | null;
  errors: { message: string; path?: unknown[]; extensions: Record<string, unknown> }[];
}

/** The whole gateway over the four played providers, asked over real HTTP. */
export interface GatewayWorld {
  sandbox: Sandbox;
  url: string;
  query(query: string, variables?: Record<string, unknown>): Promise<GraphQLResult>;
  /** A new process would find the same store and configuration. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

export interface WorldOptions extends Partial<SandboxOptions> {
  clock?: Clock;
  store?: string;
  limits?: Record<string, number>;
  live?: Record<string, number>;
  channels?: (sandbox: Sandbox) => Record<string, unknown>[];
}

export async function createGatewayWorld(options: WorldOptions = {}): Promise<GatewayWorld> {
  const {
    clock = systemClock,
    store = 'memory:',
    limits = {},
    live = {},
    channels = (all: Sandbox) => all.channels,
    ...rest
  } = options;
  const sandbox = await startSandbox({ seed: 1, now: () => clock.now(), ...rest });
  const config = parseConfig(
    stringify({
      store,
      secret: randomBytes(32).toString('base64'),
      limits,
      live,
      channels: channels(sandbox),
    }),
    { source: 'a test', directory: process.cwd(), environment: {} },
  );
  let { server, url } = await serve(config, clock);
  return {
    sandbox,
    get url() {
      return url;
    },
    query: (query, variables = {}) => ask(url, query, variables),
    restart: async () => {
      await server.close();
      ({ server, url } = await serve(config, clock));
    },
    close: async () => {
      await server.close();
      await sandbox.close();
    },
  };
}

async function serve(config: GatewayConfig, clock: Clock): Promise<{ server: FastifyInstance; url: string }> {
  const log = pino({ enabled: false });
  const server = await createServer(openGateway(config, log, clock), log);
  const address = await server.listen({ host: '127.0.0.1', port: 0 });
  return { server, url: `${address}/graphql` };
}

export async function ask(
  url: string,
  query: string,
  variables: Record<string, unknown> = {},
): Promise<GraphQLResult> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables }),
  });
  const { data = null, errors = [] } = (await response.json()) as Partial<GraphQLResult>;
  return { status: response.status, data, errors };
}
