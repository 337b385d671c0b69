import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startSandboxes, type Sandboxes } from '../src/sandbox/start.ts';

const DAY_MS = 86_400_000;
/** How far back all of the history reaches, and WeCom's first pull with it. */
const HISTORY_DAYS = 21;

/** The providers, and what else a measured process calls. It all runs in this process, beside the load. */
export interface World {
  sandboxes: Sandboxes;
  /** The channels for the gateway's configuration, without any limit of calls. */
  channels: Record<string, unknown>[];
  /** The REST service that peers read from, which answers `GET` with the page that was set last. */
  rest: { url: string; page: unknown };
  /** Takes traces and throws them away. */
  collectorUrl: string;
  /** How many calls the providers got. */
  calls: () => number;
  close: () => Promise<void>;
}

export interface WorldOptions {
  /** At each provider. */
  messages: number;
  /** How far back WeCom's first page reaches; default: over the whole history. */
  weComReachDays?: number;
}

/** The same history each time, up to now. */
export async function openWorld({
  messages,
  weComReachDays = HISTORY_DAYS + 1,
}: WorldOptions): Promise<World> {
  const now = Date.now();
  const sandboxes = await startSandboxes({
    seed: 1,
    now: () => Date.now(),
    messages,
    from: now - HISTORY_DAYS * DAY_MS,
    weComReachDays,
  });
  const channels = sandboxes.all.map((sandbox) => ({ ...sandbox.config(), ...sandbox.liftLimits() }));
  const rest: World['rest'] = { url: '', page: null };
  let sent = { page: rest.page, text: '' };
  const restServer = createServer((_request, response) => {
    if (sent.page !== rest.page) sent = { page: rest.page, text: JSON.stringify(rest.page) };
    response.writeHead(200, {
      'content-type': 'application/json; charset=utf-8',
      'content-length': Buffer.byteLength(sent.text),
    });
    response.end(sent.text);
  });
  rest.url = await listen(restServer);
  const collector = createServer((request, response) => {
    request.resume().once('end', () => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end('{}');
    });
  });
  const collectorUrl = await listen(collector);
  return {
    sandboxes,
    channels,
    rest,
    collectorUrl,
    calls: () => sandboxes.all.reduce((sum, { server }) => sum + server.calls.length, 0),
    close: async () => {
      for (const server of [restServer, collector]) {
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
      }
      await sandboxes.close();
    },
  };
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // What listens on TCP has an address of this kind.
  const { port } = server.address() as AddressInfo;
  return `http://127.0.0.1:${port}`;
}
