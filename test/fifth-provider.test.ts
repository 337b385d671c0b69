import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { providers } from '../src/resolvers/providers.ts';
import { createGatewayWorld, type GatewayWorld } from './support/gateway-world.ts';
import { notebook } from './support/notebook/index.ts';
import { TestClock } from './support/test-clock.ts';

const NOW = Date.parse('2026-03-20T12:00:00Z');
const HOUR_MS = 3_600_000;
/** Oldest first, over three weeks, as the played shop's messages are. */
const NOTES = Array.from({ length: 12 }, (_, index) => ({
  at: new Date(NOW - (12 - index) * 40 * HOUR_MS).toISOString(),
  text: `note ${index + 1}`,
}));

interface Message {
  __typename: string;
  id: string;
  sentAt: string;
  channel: { __typename: string; name: string };
  text: string | null;
  line?: number;
}

let world: GatewayWorld;
beforeAll(async () => {
  world = await createGatewayWorld({
    clock: new TestClock(NOW),
    messages: 20,
    providers: [...providers, notebook],
    channels: ({ wechat }) => [
      wechat.config('shop'),
      { name: 'notes', provider: 'NOTEBOOK', displayName: 'Notes', notes: NOTES },
    ],
  });
});
afterAll(() => world.close());

const PAGE = `query Page($filter: MessageFilter, $direction: OrderDirection!, $after: String) {
  messages(filter: $filter, orderBy: { direction: $direction }, first: 7, after: $after) {
    nodes { __typename id sentAt channel { __typename name } text ... on NotebookMessage { line } }
    pageInfo { hasNextPage endCursor }
  }
}`;

async function walk(direction: 'ASC' | 'DESC', filter: Record<string, unknown> = {}): Promise<Message[]> {
  const all: Message[] = [];
  for (let after: string | null = null, hasMore = true; hasMore;) {
    const { data, errors } = await world.query(PAGE, { filter, direction, after });
    expect(errors).toEqual([]);
    const page = data?.['messages'] as {
      nodes: Message[];
      pageInfo: { hasNextPage: boolean; endCursor: string | null };
    };
    all.push(...page.nodes);
    ({ hasNextPage: hasMore, endCursor: after } = page.pageInfo);
  }
  return all;
}

test('its messages are merged with those of another provider, page by page and in both orders', async () => {
  const newestFirst = await walk('DESC');
  const times = newestFirst.map(({ sentAt }) => Date.parse(sentAt));
  expect(times).toEqual(times.toSorted((a, b) => b - a));
  expect(new Set(newestFirst.map(({ id }) => id)).size).toBe(newestFirst.length);
  expect((await walk('ASC')).map(({ id }) => id)).toEqual(newestFirst.map(({ id }) => id).reverse());
  const notes = newestFirst.filter(({ channel }) => channel.name === 'notes');
  expect(notes.map(({ id: _, ...note }) => note)).toEqual(
    NOTES.map(({ at, text }, index) => ({
      __typename: 'NotebookMessage',
      sentAt: at,
      channel: { __typename: 'NotebookChannel', name: 'notes' },
      text,
      line: index + 1,
    })).reverse(),
  );
  const others = newestFirst.filter(({ channel }) => channel.name !== 'notes');
  expect(new Set(others.map(({ __typename }) => __typename))).toEqual(new Set(['WeChatMessage']));
  expect(others.length).toBeGreaterThan(0);
  // They really are merged: neither lies before or after all of the other.
  expect(newestFirst.slice(0, notes.length)).not.toEqual(notes);
  expect(newestFirst.slice(-notes.length)).not.toEqual(notes);
});

test('the filter by provider, and the flat rows, know it', async () => {
  const notes = await walk('DESC', { providers: ['NOTEBOOK'] });
  expect(notes.map(({ text }) => text)).toEqual(NOTES.map(({ text }) => text).reverse());
  const { data } = await world.query(
    '{ messageRows(provider: "NOTEBOOK", first: 3) { nodes { provider channel text } } channels(providers: [NOTEBOOK]) { name } }',
  );
  expect(data).toEqual({
    messageRows: {
      nodes: ['note 12', 'note 11', 'note 10'].map((text) => ({
        provider: 'NOTEBOOK',
        channel: 'notes',
        text,
      })),
    },
    channels: [{ name: 'notes' }],
  });
});

test('its messages, channel and conversation are found again by their ids, and as entities', async () => {
  const { data } = await world.query(`{ channel(name: "notes") {
    id ... on NotebookChannel { length }
    messages(first: 1) { nodes { id conversation { id title messages(last: 1) { nodes { text } } } } }
  } }`);
  const channel = data?.['channel'] as {
    id: string;
    length: number;
    messages: { nodes: { id: string; conversation: { id: string; title: string; messages: unknown } }[] };
  };
  const [message] = channel.messages.nodes;
  expect(channel.length).toBe(12);
  expect(message?.conversation).toMatchObject({
    title: 'Notes',
    messages: { nodes: [{ text: 'note 1' }] },
  });
  const ids = [channel.id, message?.id, message?.conversation.id];
  const types = ['NotebookChannel', 'NotebookMessage', 'Conversation'];
  const found = await world.query(
    'query Find($ids: [ID!]!, $of: [_Any!]!) { nodes(ids: $ids) { __typename id } _entities(representations: $of) { __typename } }',
    { ids, of: ids.map((id, index) => ({ __typename: types[index], id })) },
  );
  expect(found).toEqual({
    status: 200,
    data: {
      nodes: types.map((__typename, index) => ({ __typename, id: ids[index] })),
      _entities: types.map((__typename) => ({ __typename })),
    },
    errors: [],
  });
});

test('an export shows its own fields', async () => {
  const response = await fetch(new URL('/export?channel=notes&format=ndjson', world.url));
  const lines = (await response.text()).trim().split('\n');
  expect(lines.map((line) => (JSON.parse(line) as { line: number }).line)).toEqual(
    NOTES.map((_, index) => index + 1),
  );
});

/** Where a provider's own files lie. */
const OWN = /^src\/(datasources|sandbox)\/([a-z-]+)\/|^src\/(resolvers|schema)\/([a-z-]+)\.(ts|graphql)$/;

test('outside its own files, one line names a provider', () => {
  const folders = readdirSync('src/datasources', { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name !== 'kit')
    .map(({ name }) => name);
  const files = [
    ...readdirSync('src', { recursive: true, encoding: 'utf8' }).map((file) => `src/${file}`),
    'codegen.ts',
  ].filter((file) => /\.(ts|graphql)$/.test(file) && !file.startsWith('src/generated/'));
  for (const folder of folders) {
    const module = providers.find(({ typeNames }) =>
      readFileSync(`src/schema/${folder}.graphql`, 'utf8').includes(`type ${typeNames.message} `),
    );
    const naming = files
      .filter((file) => {
        const [, , own = '', , face = own] = OWN.exec(file) ?? [];
        return face !== folder;
      })
      .flatMap((file) =>
        readFileSync(file, 'utf8')
          .split('\n')
          .filter((line) => line.includes(`'${module?.provider ?? ''}'`) || imports(line, folder))
          .map((line) => `${file}: ${line}`),
      )
      // The demo has a line of its own for each sandbox.
      .filter((line) => !line.startsWith('src/sandbox/known-sandboxes.ts'));
    expect(naming).toEqual([
      expect.stringMatching(
        new RegExp(`^src/resolvers/known-providers\\.ts: export \\{ \\w+ \\} from '\\./${folder}\\.ts';$`),
      ),
    ]);
  }
});

function imports(line: string, folder: string): boolean {
  return new RegExp(`from '[^']*/${folder}(/[^']*)?(\\.ts)?'`).test(line);
}
