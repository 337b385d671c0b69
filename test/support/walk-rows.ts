import { ask, type GraphQLResult } from './gateway-world.ts';

export type Row = Record<string, string | null>;

export interface RowPage {
  edges: { cursor: string; node: Row }[];
  nodes: Row[];
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
}

export interface RowVariables {
  channel?: string | null;
  provider?: string;
  since?: string | null;
  until?: string | null;
  conversationId?: string;
  participantId?: string;
  direction?: string;
  kind?: string;
  first?: number;
  after?: string | null;
}

export const COLUMNS = `
  id provider channel conversationId conversationKind sentAt direction kind availability text senderId senderRole senderName
  customerId customerName agentId agentName nativeId attachmentUrl attachmentMimeType deliveryStatus archivedSeq`;

const PAGE = `
  query Rows(
    $channel: String, $provider: String, $since: DateTime, $until: DateTime, $conversationId: ID, $participantId: ID,
    $direction: String, $kind: String, $first: Int, $after: String
  ) {
    messageRows(
      channel: $channel, provider: $provider, since: $since, until: $until, conversationId: $conversationId,
      participantId: $participantId, direction: $direction, kind: $kind, first: $first, after: $after
    ) {
      nodes { ${COLUMNS} }
      pageInfo { hasNextPage endCursor }
    }
  }`;

export function askRows(url: string, variables: RowVariables = {}): Promise<GraphQLResult> {
  return ask(url, PAGE, { ...variables });
}

/** @throws Error when there is an error */
export async function fetchRows(url: string, variables: RowVariables = {}): Promise<RowPage> {
  const { status, data, errors } = await askRows(url, variables);
  if (status !== 200 || errors.length > 0) throw new Error(JSON.stringify(errors));
  return data?.['messageRows'] as RowPage;
}

/** Reads all rows, as a connector would. @param onPage called after each page */
export async function walkRows(
  url: () => string,
  variables: RowVariables = {},
  onPage: (page: RowPage, number: number) => Promise<void> | void = () => undefined,
): Promise<Row[]> {
  const rows: Row[] = [];
  let after: string | null = null;
  for (let pages = 0; pages < 1_000; pages++) {
    const page: RowPage = await fetchRows(url(), { ...variables, after });
    rows.push(...page.nodes);
    await onPage(page, pages);
    if (!page.pageInfo.hasNextPage) return rows;
    after = page.pageInfo.endCursor;
    if (after === null) throw new Error('There is more, but no cursor to it');
  }
  throw new Error('The walk does not end');
}
