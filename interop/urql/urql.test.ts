import { Client, fetchExchange, gql, subscriptionExchange, type OperationResult } from '@urql/core';
import { cacheExchange, type CacheExchangeOpts } from '@urql/exchange-graphcache';
import { relayPagination } from '@urql/exchange-graphcache/extras';
import { getIntrospectionQuery, type IntrospectionQuery } from 'graphql';
import { createClient as createWebSocketClient } from 'graphql-ws';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';

interface Added {
  messageAdded: { node: { id: string; sentAt: string } };
}

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

const ADDED = gql<Added, object>`
  subscription {
    messageAdded {
      cursor
      node {
        id
        sentAt
      }
    }
  }
`;

const FOUND = gql<{ node: { id: string; sentAt: string } | null }, { id: string }>`
  query ($id: ID!) {
    node(id: $id) {
      id
      ... on Message {
        sentAt
      }
    }
  }
`;

test('a subscription brings a new message over WebSocket, which is found again by its id', async () => {
  const { data } = await new Promise<OperationResult<Added>>((resolve) => {
    const following = client.subscription(ADDED, {}).subscribe((result) => {
      following.unsubscribe();
      resolve(result);
    });
  });
  const added = data?.messageAdded.node;
  const found = await client
    .query(FOUND, { id: added?.id ?? '' }, { requestPolicy: 'network-only' })
    .toPromise();
  expect(found.data?.node).toMatchObject({ id: added?.id, sentAt: added?.sentAt });
});
