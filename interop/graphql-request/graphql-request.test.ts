import { GraphQLClient } from 'graphql-request';
import { expect, inject, test } from 'vitest';

interface Page {
  messages: { nodes: { id: string }[]; pageInfo: { hasNextPage: boolean; endCursor: string | null } };
}

const PAGE = `query ($until: DateTime!, $after: String) {
  messages(filter: { sentAt: { lt: $until } }, first: 250, after: $after) {
    nodes { id }
    pageInfo { hasNextPage endCursor }
  }
}`;

test.each(['POST', 'GET'] as const)('walks the timeline by %s', async (method) => {
  const client = new GraphQLClient(inject('url'), { method });
  const ids: string[] = [];
  let after: string | null = null;
  do {
    const { messages }: Page = await client.request<Page>(PAGE, { until: inject('until'), after });
    ids.push(...messages.nodes.map(({ id }) => id));
    after = messages.pageInfo.hasNextPage ? messages.pageInfo.endCursor : null;
  } while (after !== null);
  expect(ids).toEqual(inject('ids'));
});
