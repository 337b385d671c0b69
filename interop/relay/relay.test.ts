import {
  createOperationDescriptor,
  Environment,
  fetchQuery,
  getFragment,
  getRequest,
  getSingularSelector,
  Network,
  RecordSource,
  Store,
  type FetchFunction,
  type GraphQLResponse,
  type GraphQLTaggedNode,
  type OperationType,
} from 'relay-runtime';
import { expect, inject, test } from 'vitest';
import channelPageQuery, {
  type timelineChannelPageQuery,
} from './__generated__/timelineChannelPageQuery.graphql.ts';
import channelQuery, { type timelineChannelQuery } from './__generated__/timelineChannelQuery.graphql.ts';
import pageQuery, { type timelinePageQuery } from './__generated__/timelinePageQuery.graphql.ts';
import query, { type timelineQuery } from './__generated__/timelineQuery.graphql.ts';
import channelFragment, { type timeline_channel$data } from './__generated__/timeline_channel.graphql.ts';
import fragment, { type timeline_query$data } from './__generated__/timeline_query.graphql.ts';

const fetchFromGateway: FetchFunction = async ({ text }, variables) => {
  const response = await fetch(inject('url'), {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/graphql-response+json' },
    body: JSON.stringify({ query: text, variables }),
  });
  return (await response.json()) as GraphQLResponse;
};

/** One browser tab, as it were: what it fetched is in its store, and is read from there. */
function createEnvironment(): Environment {
  return new Environment({
    network: Network.create(fetchFromGateway),
    store: new Store(new RecordSource()),
  });
}

async function load<Query extends OperationType>(
  environment: Environment,
  node: GraphQLTaggedNode,
  variables: Query['variables'],
): Promise<Query['response']> {
  // Else what is not mounted in a page is forgotten.
  environment.retain(createOperationDescriptor(getRequest(node), variables));
  const data = await fetchQuery<Query>(environment, node, variables).toPromise();
  if (data === undefined) throw new Error('The query brought nothing');
  return data;
}

/** What a fragment shows of the store. The compiler joins its data to its key, in types only. */
function read<Data>(
  environment: Environment,
  node: GraphQLTaggedNode,
  key: { readonly ' $data'?: Data; readonly ' $fragmentSpreads': unknown },
): Data {
  const { data, isMissingData } = environment.lookup(getSingularSelector(getFragment(node), key));
  if (isMissingData) throw new Error('The store lacks something');
  return data as Data;
}

test('the store joins the pages of the timeline to one list that has every message once', async () => {
  const environment = createEnvironment();
  const until = inject('until');
  const key = await load<timelineQuery>(environment, query, { until });
  const show = () => read<timeline_query$data>(environment, fragment, key).messages;
  for (let pageInfo = show()?.pageInfo; pageInfo?.hasNextPage; pageInfo = show()?.pageInfo) {
    await load<timelinePageQuery>(environment, pageQuery, { until, cursor: pageInfo.endCursor, count: 333 });
  }
  expect(show()?.edges?.map((edge) => edge?.node?.id)).toEqual(inject('ids'));
});

test('the messages of a channel are paged on through its node', async () => {
  const environment = createEnvironment();
  const until = inject('until');
  const { channel } = await load<timelineChannelQuery>(environment, channelQuery, { name: 'shop', until });
  if (!channel) throw new Error('There is no shop');
  const show = () => read<timeline_channel$data>(environment, channelFragment, channel).messages;
  const before = show()?.edges?.length;
  for (let pageInfo = show()?.pageInfo; pageInfo?.hasNextPage; pageInfo = show()?.pageInfo) {
    const variables = { id: channel.id, until, cursor: pageInfo.endCursor };
    await load<timelineChannelPageQuery>(environment, channelPageQuery, variables);
  }
  const ids = show()?.edges?.map((edge) => edge?.node?.id) ?? [];
  const timeline = inject('ids');
  expect(before).toBe(50);
  expect(ids.length).toBeGreaterThan(350);
  // In the order of the whole timeline, and none of it twice.
  expect(ids).toEqual(timeline.filter((id) => ids.includes(id)));
});
