import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fetchPage } from './rest.ts';

/** How many messages the query asks for, as the benchmark sends it. */
interface Asked {
  variables: { first: number };
}

const isFromMemory = process.argv[3] === 'memory';
const pages = new Map<number, unknown>();

/** What a program without any GraphQL would do: parse the request, get the page, write it as JSON. */
const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const { variables } = JSON.parse(Buffer.concat(chunks).toString()) as Asked;
    void getPage(variables.first).then((messages) => {
      const text = JSON.stringify({ data: { messages } });
      response.writeHead(200, {
        'content-type': 'application/json; charset=utf-8',
        'content-length': Buffer.byteLength(text),
      });
      response.end(text);
    });
  });
});

async function getPage(first: number): Promise<unknown> {
  if (!isFromMemory) return fetchPage(first);
  const page = pages.get(first) ?? (await fetchPage(first));
  pages.set(first, page);
  return page;
}

server.listen(0, '127.0.0.1', () => {
  // What listens on TCP has an address of this kind.
  const { port } = server.address() as AddressInfo;
  process.stdout.write(`ready http://127.0.0.1:${port}/graphql\n`);
});
