import { Client, fetchExchange, gql, subscriptionExchange } from '@urql/core';
import { cacheExchange, type CacheExchangeOpts } from '@urql/exchange-graphcache';
import { relayPagination } from '@urql/exchange-graphcache/extras';
import { getIntrospectionQuery, type IntrospectionQuery } from 'graphql';
import { createClient as createWebSocketClient } from 'graphql-ws';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';

interface Page {
  messages: {
    edges: { node: { id: string } }[];
    pageInfo: { hasNextPage: boolean; endCursor: string | null };
  };
}

const PAGE = gql<Page, { until: string; after?: string | null }>`
  query ($until: DateTime!, $after: String) {
    messages(filter: { sentAt: { lt: $until } }, first: 250, after: $after) {
      edges {
        node {
          id
        }
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`;

const webSocket = createWebSocketClient({ url: inject('url').replace(/^http/, 'ws') });
afterAll(() => webSocket.dispose());

let client: Client;
beforeAll(async () => {
  const introspection = await new Client({ url: inject('url'), exchanges: [fetchExchange] })
    .query<IntrospectionQuery>(getIntrospectionQuery(), {})
    .toPromise();
  const schema = introspection.data as CacheExchangeOpts['schema'];
  client = new Client({
    url: inject('url'),
    exchanges: [
      cacheExchange({
        ...(schema && { schema }),
        resolvers: { Query: { messages: relayPagination() } },
        keys: { MessageConnection: () => null },
      }),
      fetchExchange,
      subscriptionExchange({
        forwardSubscription: ({ query = '', variables }) => ({
          subscribe: (sink) => ({
            unsubscribe: webSocket.subscribe({ query, variables: variables ?? null }, sink),
          }),
        }),
      }),
    ],
  });
});

test('graphcache joins the pages to one list that has every message once', async () => {
  const variables = { until: inject('until') };
  let after: string | null = null;
  do {
    const { data, error } = await client.query(PAGE, { ...variables, after }).toPromise();
    expect(error).toBeUndefined();
    const pageInfo: Page['messages']['pageInfo'] | undefined = data?.messages.pageInfo;
    after = pageInfo?.hasNextPage ? pageInfo.endCursor : null;
  } while (after !== null);
  const kept = client.readQuery(PAGE, variables)?.data;
  expect(kept?.messages.edges.map(({ node }) => node.id)).toEqual(inject('ids'));
});

test('a subscription brings new messages over WebSocket', async () => {
  const subscription = gql<{ messageAdded: { cursor: string; node: { id: string } } }, object>`
    subscription {
      messageAdded {
        cursor
        node {
          id
        }
      }
    }
  `;
  const added = await new Promise<string | undefined>((resolve, reject) => {
    const following = client.subscription(subscription, {}).subscribe(({ data, error }) => {
      following.unsubscribe();
      if (error) reject(error);
      else resolve(data?.messageAdded.node.id);
    });
  });
  expect(added).toEqual(expect.any(String));
  expect(inject('ids')).not.toContain(added);
});
