import { ask, toBody, type Asked } from './graphql.ts';

const MESSAGE = 'id sentAt direction kind text channel { name } sender { role displayName }';
const PAGE_INFO = 'pageInfo { hasNextPage endCursor }';

const NODES = `query ($first: Int, $after: String) {
  messages(first: $first, after: $after) { nodes { ${MESSAGE} } ${PAGE_INFO} }
}`;
const EDGES = `query ($first: Int, $after: String) {
  messages(first: $first, after: $after) { edges { cursor node { ${MESSAGE} } } ${PAGE_INFO} }
}`;

export const TYPENAME = toBody('{ __typename }');

export function nodesBody(first: number, after: string | null = null): string {
  return toBody(NODES, { first, after });
}

export function edgesBody(first: number, after: string | null = null): string {
  return toBody(EDGES, { first, after });
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
