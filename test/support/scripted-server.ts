import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ReceivedRequest {
  path: string;
  headers: IncomingHttpHeaders;
  body: { query: string; variables?: Record<string, unknown> };
}

/** Plays one answer. */
export type Scene = (response: ServerResponse, request: ReceivedRequest) => void;

/** A server that answers the way it was told to: the first scene for the first request, the last one for all that remain. */
export interface ScriptedServer {
  url: string;
  requests: ReceivedRequest[];
  close(): Promise<void>;
}

export async function createScriptedServer(...scenes: readonly [Scene, ...Scene[]]): Promise<ScriptedServer> {
  const requests: ReceivedRequest[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = JSON.parse(Buffer.concat(chunks).toString()) as ReceivedRequest['body'];
      const received = { path: request.url ?? '', headers: request.headers, body };
      const scene = scenes[Math.min(requests.length, scenes.length - 1)] ?? scenes[0];
      requests.push(received);
      scene(response, received);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`,
    requests,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export function json(body: unknown, status = 200, headers: Record<string, string> = {}): Scene {
  return (response) => {
    response
      .writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers })
      .end(JSON.stringify(body));
  };
}

export function html(status: number, headers: Record<string, string> = {}): Scene {
  return (response) => {
    response
      .writeHead(status, { 'content-type': 'text/html', ...headers })
      .end('<html><body>Sorry</body></html>');
  };
}

/** Promises a longer body than comes. */
export const closeSlowConsumer: Scene = (response) => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' });
  response.write('{"data":{"liveCursor":');
  setImmediate(() => response.destroy());
};

/** Half of the JSON, and the end as if it were all. */
export const cutJson: Scene = (response) => {
  response.writeHead(200, { 'content-type': 'application/json' }).end('{"data":{"live');
};

export const reset: Scene = (response) => {
  response.destroy();
};

export const silence: Scene = () => undefined;
