import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readLatest } from './latest.js';
import { readTranscript } from './transcript.js';

/**
 * A service that other programs of a company ask in plain HTTP:
 *
 *   GET /conversations?channel=shop&count=20   ids of the conversations of the latest messages
 *   GET /conversations/ID                      what was said in one of them
 */
async function answer(url: URL): Promise<unknown> {
  const [, root, id] = url.pathname.split('/');
  if (root !== 'conversations') return undefined;
  if (id) return readTranscript(decodeURIComponent(id));
  return readLatest(url.searchParams.get('channel'), Number(url.searchParams.get('count') ?? 20));
}

const server = createServer((request, response) => {
  answer(new URL(request.url ?? '/', 'http://localhost')).then(
    (body) => {
      response.writeHead(body === undefined ? 404 : 200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(body ?? { error: 'There is /conversations and /conversations/ID' }));
    },
    (error: unknown) => {
      response.writeHead(502, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ error: error instanceof Error ? error.message : String(error) }));
    },
  );
});

server.listen(Number(process.env['PORT'] ?? 8080), '127.0.0.1', () => {
  process.stdout.write(`ready http://127.0.0.1:${(server.address() as AddressInfo).port}\n`);
});
