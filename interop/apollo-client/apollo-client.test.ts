import {
  ApolloClient,
  ApolloLink,
  gql,
  HttpLink,
  InMemoryCache,
  type TypedDocumentNode,
} from '@apollo/client';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { relayStylePagination } from '@apollo/client/utilities';
import { OperationTypeNode } from 'graphql';
import { firstValueFrom } from 'rxjs';
import { createClient as createWebSocketClient } from 'graphql-ws';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';

interface Page {
  messages: {
    edges: { node: { __typename: string; id: string } }[];
    pageInfo: { hasNextPage: boolean; endCursor: string | null };
  };
}

const PAGE: TypedDocumentNode<Page, { until: string; after?: string | null }> = gql`
  query ($until: DateTime!, $after: String) {
    messages(filter: { sentAt: { lt: $until } }, first: 250, after: $after) {
      edges {
        node {
          ...Shown
        }
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
  fragment Shown on Message {
    id
    sentAt
    ... on WeChatMessage {
      openId
    }
    ... on WhatsAppMessage {
      deliveryStatus
    }
  }
`;

const TYPES: TypedDocumentNode<{
  __schema: { types: { name: string; possibleTypes: { name: string }[] | null }[] };
}> = gql`
  {
    __schema {
      types {
        name
        possibleTypes {
          name
        }
      }
    }
  }
`;

const webSocket = createWebSocketClient({ url: inject('url').replace(/^http/, 'ws') });
afterAll(() => webSocket.dispose());

const link = ApolloLink.split(
  ({ operationType }) => operationType === OperationTypeNode.SUBSCRIPTION,
  new GraphQLWsLink(webSocket),
  new HttpLink({ uri: inject('url') }),
);

let client: ApolloClient;
beforeAll(async () => {
  const plain = new ApolloClient({ link, cache: new InMemoryCache() });
  const { data } = await plain.query({ query: TYPES });
  const possibleTypes = Object.fromEntries(
    (data?.__schema.types ?? []).flatMap(({ name, possibleTypes: types }) =>
      types ? [[name, types.map((type) => type.name)]] : [],
    ),
  );
  const messages = relayStylePagination(['filter', 'orderBy']);
  client = new ApolloClient({
    link,
    cache: new InMemoryCache({ possibleTypes, typePolicies: { Query: { fields: { messages } } } }),
  });
});

test('relayStylePagination joins the pages to one list that has every message once', async () => {
  const variables = { until: inject('until') };
  const timeline = client.watchQuery({ query: PAGE, variables });
  const subscription = timeline.subscribe(() => undefined);
  let page = (await client.query({ query: PAGE, variables })).data;
  while (page?.messages.pageInfo.hasNextPage) {
    page = (await timeline.fetchMore({ variables: { after: page.messages.pageInfo.endCursor } })).data;
  }
  subscription.unsubscribe();
  const kept = client.readQuery({ query: PAGE, variables });
  expect(kept?.messages.edges.map(({ node }) => node.id)).toEqual(inject('ids'));
  expect(new Set(kept?.messages.edges.map(({ node }) => node.__typename))).toEqual(
    new Set(['TencentChatMessage', 'WeChatMessage', 'WeComMessage', 'WhatsAppMessage']),
  );
});

const ADDED: TypedDocumentNode<{ messageAdded: { node: { id: string; sentAt: string } } }> = gql`
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

const FOUND: TypedDocumentNode<{ node: { id: string; sentAt: string } | null }, { id: string }> = gql`
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
  const { data, error } = await firstValueFrom(client.subscribe({ query: ADDED }));
  expect(error).toBeUndefined();
  const added = data?.messageAdded.node;
  const variables = { id: added?.id ?? '' };
  const found = await client.query({ query: FOUND, variables, fetchPolicy: 'network-only' });
  expect(found.data?.node).toMatchObject({ id: added?.id, sentAt: added?.sentAt });
});
