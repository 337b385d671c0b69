import { parse, validate } from 'graphql';
import { expect, test } from 'vitest';
import { shows } from '../../../inbox/model/filters.ts';
import {
  toListQuery,
  toNewerQuery,
  toOlderQuery,
  toSearchQuery,
  toShownQueries,
  toTimelineQuery,
} from '../../../inbox/model/queries.ts';
import { parseView, type View } from '../../../inbox/model/view.ts';
import { createSchema } from '../../../src/schema/load.ts';
import { at, createMessage } from '../../support/inbox-messages.ts';

const EVERYTHING =
  'channel=shop&provider=WECHAT&conversationKind=GROUP&messageKind=IMAGE&awaiting=yes&search=退款&conversation=c1';

/** As it is sent: what is undefined is left out. */
function sent(variables: object): unknown {
  return JSON.parse(JSON.stringify(variables));
}

function view(fields: string): View {
  return parseView(`#${fields}`);
}

test('without filters, everything is asked for', () => {
  expect(sent(toListQuery(view('')))).toEqual({ filter: {}, first: 50 });
  expect(sent(toSearchQuery(view(''), '退款'))).toEqual({ filter: { search: '退款' }, first: 50 });
  expect(sent(toOlderQuery(view('conversation=c1')))).toEqual({ id: 'c1', filter: {}, first: 50 });
});

test('each query has the filters that it knows', () => {
  const shown = view(`${EVERYTHING}&since=${at(1)}&until=${at(9)}`);
  const range = { gte: at(1), lt: at(9) };
  expect(sent(toListQuery(shown).filter ?? {})).toEqual({
    channels: ['shop'],
    providers: ['WECHAT'],
    kinds: ['GROUP'],
    lastMessageAt: range,
    isAwaitingReply: true,
  });
  expect(sent(toSearchQuery(shown, '退款').filter ?? {})).toEqual({
    channels: ['shop'],
    providers: ['WECHAT'],
    conversationKinds: ['GROUP'],
    kinds: ['IMAGE'],
    sentAt: range,
    search: '退款',
  });
  expect(sent(toTimelineQuery(shown, ['corp']).filter ?? {})).toEqual({
    channels: ['corp'],
    conversationKinds: ['GROUP'],
  });
  expect(sent(toOlderQuery(shown).filter ?? {})).toEqual({ kinds: ['IMAGE'], sentAt: range });
});

test('a conversation that is open at a message is read from there both ways, with nothing twice and nothing left out', () => {
  const fields = `conversation=c1&message=m1&at=${at(5)}`;
  const behind = '2026-03-01T00:05:00.001Z';
  expect(sent(toOlderQuery(view(fields)).filter ?? {})).toEqual({ sentAt: { lt: behind } });
  expect(sent(toNewerQuery(view(fields)))).toEqual({
    id: 'c1',
    filter: { sentAt: { gte: behind } },
    orderBy: { direction: 'ASC' },
    first: 50,
  });
  const narrowed = view(`${fields}&since=${at(1)}&until=${at(9)}`);
  expect(sent(toOlderQuery(narrowed).filter ?? {})).toEqual({ sentAt: { gte: at(1), lt: behind } });
  expect(sent(toNewerQuery(narrowed).filter ?? {})).toEqual({ sentAt: { gte: behind, lt: at(9) } });
  // Filters that were chosen later may leave the message out.
  expect(sent(toOlderQuery(view(`${fields}&until=${at(3)}`)).filter ?? {})).toEqual({
    sentAt: { lt: at(3) },
  });
  expect(sent(toNewerQuery(view(`${fields}&since=${at(7)}`)).filter ?? {})).toEqual({
    sentAt: { gte: at(7) },
  });
});

test('what comes while a conversation is open is shown by the same filters', () => {
  const shown = view(`messageKind=IMAGE&since=${at(1)}&until=${at(9)}`);
  expect(shows(shown, createMessage({ kind: 'IMAGE', sentAt: at(1) }))).toBe(true);
  expect(shows(shown, createMessage({ kind: 'TEXT', sentAt: at(1) }))).toBe(false);
  expect(shows(shown, createMessage({ kind: 'IMAGE', sentAt: at(9) }))).toBe(false);
  expect(shows(view(''), createMessage())).toBe(true);
});

test('the queries that are shown are valid, and stand in their links as they are asked', () => {
  const schema = createSchema();
  const queries = toShownQueries(view(`${EVERYTHING}&at=${at(5)}`), ['corp']);
  expect(queries.map(({ title }) => title)).toEqual([
    'Messages',
    'Later messages',
    'Search',
    'Conversations',
    'Channels without an archive',
    'New messages',
  ]);
  for (const { query, variables, link } of queries) {
    expect(validate(schema, parse(query))).toEqual([]);
    const { pathname, searchParams } = new URL(link, 'https://chats.example.com/chat/inbox#x');
    expect([pathname, Object.fromEntries(searchParams)]).toEqual(['/chat/', { query, variables }]);
  }
  expect(toShownQueries(view(''), []).map(({ title }) => title)).toEqual(['Conversations', 'New messages']);
});
