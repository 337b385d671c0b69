import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fetchPage } from './rest.ts';

/** How many messages the query asks for, as the benchmark sends it. */
interface Asked {
  variables: { first: number };
}

const isFromMemory = process.argv[3] === 'memory';
/** By the request's body. */
const pages = new Map<string, unknown>();

/** What a program without any GraphQL would do: parse the request, get the page, write it as JSON. */
const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    void getPage(Buffer.concat(chunks).toString()).then((messages) => {
      const text = JSON.stringify({ data: { messages } });
      response.writeHead(200, {
        'content-type': 'application/json; charset=utf-8',
        'content-length': Buffer.byteLength(text),
      });
      response.end(text);
    });
  });
});

async function getPage(body: string): Promise<unknown> {
  const { variables } = JSON.parse(body) as Asked;
  if (!isFromMemory) return fetchPage(variables.first);
  const page = pages.get(body) ?? (await fetchPage(variables.first));
  pages.set(body, page);
  return page;
}

server.listen(0, '127.0.0.1', () => {
  // What listens on TCP has an address of this kind.
  const { port } = server.address() as AddressInfo;
  process.stdout.write(`ready http://127.0.0.1:${port}/graphql\n`);
});
