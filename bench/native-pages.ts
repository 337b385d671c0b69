import { createServer, type IncomingMessage } from 'node:http';
import { close, listen } from './listen.ts';
import type { NativePages } from './rest.ts';
import type { World } from './world.ts';

/** Stands between a gateway and the providers, and keeps every answer. @returns channels that lead through it */
export async function recordNativePages(
  world: World,
): Promise<{ channels: Record<string, unknown>[]; pages: NativePages; close: () => Promise<void> }> {
  const pages: Record<string, string[]> = {};
  const proxies = await Promise.all(
    world.channels.map(async (entry) => {
      const [name, baseUrl] = [String(entry['name']), String(entry['baseUrl'])];
      const kept: string[] = (pages[name] = []);
      const server = createServer((request, response) => {
        void pass(request, baseUrl).then(({ status, text }) => {
          kept.push(text);
          response.writeHead(status, { 'content-type': 'application/json' }).end(text);
        });
      });
      return { server, entry: { ...entry, baseUrl: await listen(server) } };
    }),
  );
  return {
    channels: proxies.map(({ entry }) => entry),
    pages,
    close: async () => {
      await Promise.all(proxies.map(({ server }) => close(server)));
    },
  };
}

async function pass(request: IncomingMessage, baseUrl: string): Promise<{ status: number; text: string }> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  const { method = 'GET', url = '/', headers } = request;
  const { host: _host, connection: _connection, 'content-length': _length, ...own } = headers;
  const response = await fetch(new URL(url, baseUrl), {
    method,
    headers: Object.entries(own).map(([name, value]): [string, string] => [name, String(value)]),
    ...(method === 'GET' ? {} : { body: Buffer.concat(chunks) }),
  });
  return { status: response.status, text: await response.text() };
}
