import { TimelineDocument, type TimelineQuery, type TimelineQueryVariables } from 'generated';
import {
  buildClientSchema,
  getIntrospectionQuery,
  print,
  validate,
  version,
  type IntrospectionQuery,
} from 'graphql';
import { expect, inject, test } from 'vitest';

async function ask<Data>(query: string, variables: object = {}): Promise<Data> {
  const response = await fetch(inject('url'), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = (await response.json()) as { data: Data; errors?: unknown };
  expect(errors).toBeUndefined();
  return data;
}

test('runs on the version of graphql that it is named for', ({ task }) => {
  expect(task.file.projectName).toBe(`graphql-${version.replace(/\.\d+$/, '')}`);
});

test('understands the introspection, and finds its query valid', async () => {
  const schema = buildClientSchema(await ask<IntrospectionQuery>(getIntrospectionQuery()));
  expect(validate(schema, TimelineDocument)).toEqual([]);
});

test('walks the timeline by its typed query', async () => {
  const fetchPage = (variables: TimelineQueryVariables): Promise<TimelineQuery> =>
    ask(print(TimelineDocument), variables);
  const ids: (string | undefined)[] = [];
  let after: string | null = null;
  do {
    const { messages }: TimelineQuery = await fetchPage({ until: inject('until'), after });
    ids.push(...(messages?.nodes ?? []).map((node) => node?.id));
    after = messages?.pageInfo.hasNextPage ? messages.pageInfo.endCursor : null;
  } while (after !== null);
  expect(ids).toEqual(inject('ids'));
});
