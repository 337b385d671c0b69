import { expect, inject, test } from 'vitest';
import { createClient } from './generated/index.ts';

test('walks the timeline, each provider showing what is its own', async () => {
  const client = createClient({ url: inject('url') });
  const filter = { sentAt: { lt: inject('until') } };
  const ids: string[] = [];
  const openIds = new Set<string>();
  const fetchPage = (after: string | null) =>
    client.query({
      messages: {
        __args: { filter, first: 250, after },
        nodes: { __typename: true, id: true, on_WeChatMessage: { openId: true } },
        pageInfo: { hasNextPage: true, endCursor: true },
      },
    });
  for (let after: string | null = null, hasNextPage = true; hasNextPage;) {
    const { messages }: Awaited<ReturnType<typeof fetchPage>> = await fetchPage(after);
    for (const message of messages?.nodes ?? []) {
      if (!message) throw new Error('A message is null');
      ids.push(message.id);
      if (message.__typename === 'WeChatMessage') openIds.add(message.openId);
    }
    hasNextPage = messages?.pageInfo.hasNextPage ?? false;
    after = messages?.pageInfo.endCursor ?? null;
  }
  expect(ids).toEqual(inject('ids'));
  expect(openIds.size).toBeGreaterThan(1);
});

test('tells what the gateway refused, and why', async () => {
  const client = createClient({ url: inject('url') });
  await expect(
    client.query({ messages: { __args: { first: 1001 }, nodes: { id: true } } }),
  ).rejects.toMatchObject({
    errors: [{ message: '"first" may be at most 1000; it was 1001. Page on with cursors.' }],
  });
});
