import { fetchJson } from './rest.ts';
import { sendJson, serve } from './serve.ts';

/** All messages, in their order. */
const messages = (await fetchJson('/messages')) as unknown[];

/** Pages of an array, whose cursors are places in it. */
serve(({ body }, response) => {
  const { first, after } = (JSON.parse(body) as { variables: { first: number; after: string | null } })
    .variables;
  const from = Number(after ?? 0);
  const to = Math.min(from + first, messages.length);
  sendJson(response, {
    data: {
      messages: {
        nodes: messages.slice(from, to),
        pageInfo: { hasNextPage: to < messages.length, endCursor: String(to) },
      },
    },
  });
});
