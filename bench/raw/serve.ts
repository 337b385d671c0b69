import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface RawRequest {
  method: string;
  path: string;
  body: string;
}

/** Serves with `node:http` and nothing else, and says when it is ready as the gateway does. */
export function serve(answer: (request: RawRequest, response: ServerResponse) => Promise<void> | void): void {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url = '' } = request;
      void answer({ method, path: url, body: Buffer.concat(chunks).toString() }, response);
    });
  });
  server.listen(0, '127.0.0.1', () => {
    // What listens on TCP has an address of this kind.
    const { port } = server.address() as AddressInfo;
    process.stdout.write(`ready http://127.0.0.1:${port}/graphql\n`);
  });
}

export function sendJson(response: ServerResponse, value: unknown): void {
  const text = JSON.stringify(value);
  response.writeHead(200, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(text),
  });
  response.end(text);
}
