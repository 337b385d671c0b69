import { fetchJson } from './rest.ts';
import { sendJson, serve } from './serve.ts';

/** What the query asks for; the REST service gives whole messages. */
interface Message {
  id: string;
  sentAt: string;
  direction: string;
  kind: string;
  text: string | null;
  channel: { name: string };
  sender: { role: string; displayName: string | null };
}

interface Page {
  nodes?: Message[];
  edges?: { cursor: string; node: Message }[];
  pageInfo: unknown;
}

const isFromMemory = process.argv[3] === 'memory';
/** By the request's body. */
const pages = new Map<string, Page>();

/** What a program without any GraphQL would do: parse the request, get the page, pick the fields, write them as JSON. */
serve(async ({ body }, response) => {
  const { variables } = JSON.parse(body) as { variables: { first: number } };
  const page = pages.get(body) ?? ((await fetchJson(`/messages?first=${variables.first}`)) as Page);
  if (isFromMemory) pages.set(body, page);
  const { nodes, edges, pageInfo } = page;
  const messages = nodes
    ? { nodes: nodes.map(pick), pageInfo }
    : { edges: edges?.map(({ cursor, node }) => ({ cursor, node: pick(node) })), pageInfo };
  sendJson(response, { data: { messages } });
});

function pick({ id, sentAt, direction, kind, text, channel, sender }: Message): Message {
  return {
    id,
    sentAt,
    direction,
    kind,
    text,
    channel: { name: channel.name },
    sender: { role: sender.role, displayName: sender.displayName },
  };
}
