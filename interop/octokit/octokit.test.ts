import { Octokit } from '@octokit/core';
import { paginateGraphQL } from '@octokit/plugin-paginate-graphql';
import { expect, inject, test } from 'vitest';

interface Page {
  messages: { nodes: { id: string }[] };
}

test('walks the timeline, with nothing set but its base URL', async () => {
  const octokit = new (Octokit.plugin(paginateGraphQL))({ baseUrl: inject('url').replace(/\/graphql$/, '') });
  const query = `query ($until: DateTime!, $cursor: String) {
    messages(filter: { sentAt: { lt: $until } }, first: 250, after: $cursor) {
      nodes { id }
      pageInfo { hasNextPage endCursor }
    }
  }`;
  const { messages } = await octokit.graphql.paginate<Page>(query, { until: inject('until') });
  expect(messages.nodes.map(({ id }) => id)).toEqual(inject('ids'));
});

test('walks backward, too', async () => {
  const octokit = new (Octokit.plugin(paginateGraphQL))({ baseUrl: inject('url').replace(/\/graphql$/, '') });
  const query = `query ($until: DateTime!, $cursor: String) {
    messages(filter: { sentAt: { lt: $until } }, last: 250, before: $cursor) {
      nodes { id }
      pageInfo { hasPreviousPage startCursor }
    }
  }`;
  const pages: string[][] = [];
  for await (const { messages } of octokit.graphql.paginate.iterator<Page>(query, {
    until: inject('until'),
  })) {
    pages.unshift(messages.nodes.map(({ id }) => id));
  }
  expect(pages.flat()).toEqual(inject('ids'));
});

test('tells what the gateway refused, and why', async () => {
  const octokit = new Octokit({ baseUrl: inject('url').replace(/\/graphql$/, '') });
  await expect(octokit.graphql('{ messages(first: 1001) { nodes { id } } }')).rejects.toMatchObject({
    name: 'GraphqlResponseError',
    errors: [{ message: '"first" may be at most 1000; it was 1001. Page on with cursors.' }],
  });
});
