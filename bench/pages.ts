import { ask, toBody, type Asked } from './graphql.ts';

const MESSAGE = 'id sentAt direction kind text channel { name } sender { role displayName }';
const PAGE_INFO = 'pageInfo { hasNextPage endCursor }';

const NODES = `query ($first: Int, $after: String) {
  messages(first: $first, after: $after) { nodes { ${MESSAGE} } ${PAGE_INFO} }
}`;
const EDGES = `query ($first: Int, $after: String) {
  messages(first: $first, after: $after) { edges { cursor node { ${MESSAGE} } } ${PAGE_INFO} }
}`;

/** All that every provider's messages have, as a service gives them that knows nothing of the query. */
const WHOLE_MESSAGE = `
  id provider nativeId sentAt direction kind availability text
  channel { id name displayName provider }
  conversation { id kind nativeId title }
  sender { ...participant } recipients { ...participant }
  parts {
    __typename
    ... on TextPart { text }
    ... on MediaPart { kind url mimeType fileName caption byteSize width height durationSeconds }
  }`;
const PARTICIPANT = 'fragment participant on Participant { id channelName nativeId role displayName }';

export const TYPENAME = toBody('{ __typename }');

export function nodesBody(first: number, after: string | null = null): string {
  return toBody(NODES, { first, after });
}

export function edgesBody(first: number, after: string | null = null): string {
  return toBody(EDGES, { first, after });
}

/** The same page with whole messages. @param list as it stands in the query that it is for */
export function wholeBody(list: 'nodes' | 'edges', first: number, after: string | null): string {
  const messages =
    list === 'nodes' ? `nodes { ${WHOLE_MESSAGE} }` : `edges { cursor node { ${WHOLE_MESSAGE} } }`;
  const query = `query ($first: Int, $after: String) {
    messages(first: $first, after: $after) { ${messages} ${PAGE_INFO} }
  } ${PARTICIPANT}`;
  return toBody(query, { first, after });
}

interface NodesPage {
  nodes: unknown[];
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
}

export function pageOf({ answer }: Asked): NodesPage {
  // As it was asked for.
  return answer.data['messages'] as NodesPage;
}

/** Reads everything, newest first, so that the gateway has it in its caches. @returns how many messages there are */
export async function walkAll(
  url: string,
  {
    first,
    headers = {},
    onPage,
  }: { first: number; headers?: Record<string, string>; onPage?: (asked: Asked) => void },
): Promise<number> {
  let count = 0;
  let after: string | null = null;
  for (;;) {
    const asked: Asked = await ask(url, nodesBody(first, after), headers);
    onPage?.(asked);
    const { nodes, pageInfo } = pageOf(asked);
    count += nodes.length;
    if (!pageInfo.hasNextPage) return count;
    after = pageInfo.endCursor;
  }
}
