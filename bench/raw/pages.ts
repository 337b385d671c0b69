import { fetchJson } from './rest.ts';
import { sendJson, serve } from './serve.ts';

const isFromMemory = process.argv[3] === 'memory';
/** By the request's body. */
const pages = new Map<string, unknown>();

/** What a program without any GraphQL would do: parse the request, get the page, write it as JSON. */
serve(async ({ body }, response) => {
  const { variables } = JSON.parse(body) as { variables: { first: number } };
  const page =
    (isFromMemory ? pages.get(body) : undefined) ?? (await fetchJson(`/messages?first=${variables.first}`));
  if (isFromMemory) pages.set(body, page);
  sendJson(response, { data: { messages: page } });
});
