import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ArchiveSeals } from '../../../src/store/sql/archive/seals.ts';
import { SqlMessageArchive } from '../../../src/store/sql/archive/message-archive.ts';
import type { StoredQuery } from '../../../src/store/sql/archive/tables.ts';
import { ARCHIVE_MIGRATIONS } from '../../../src/store/sqlite/archive/migrations.ts';
import { selectFarthest, type Selection } from '../../../src/store/sqlite/archive/narrow.ts';
import { selectByPlace, selectByTokens, selectMoment } from '../../../src/store/sqlite/archive/read.ts';
import { SqliteArchiveTables } from '../../../src/store/sqlite/archive/tables.ts';
import { openDatabase, type Database } from '../../../src/store/sqlite/database.ts';
import { SqliteSql } from '../../../src/store/sqlite/sqlite-sql.ts';
import type { TimeSpan } from '../../../src/store/store.ts';
import { selectConversationEnds } from '../../../src/store/sql/archive/count-conversations.ts';
import { selectEnds } from '../../../src/store/sql/archive/ends.ts';
import { insertQuarters } from '../../../src/store/sql/archive/subtract.ts';
import { createVault } from '../../../src/store/vault.ts';
import { selectChanges } from '../../../src/store/sql/archive/index/changes.ts';
import {
  selectConversationCount,
  selectConversations,
} from '../../../src/store/sql/archive/index/conversations.ts';
import {
  selectEndQuarter,
  selectQuarterCount,
  selectRestCount,
} from '../../../src/store/sql/archive/index/count.ts';
import { selectMoves, selectNearest } from '../../../src/store/sql/archive/index/moves.ts';
import { selectMembers, selectPresences } from '../../../src/store/sql/archive/index/participants.ts';
import { selectStats } from '../../../src/store/sql/archive/index/stats.ts';
import { selectAtEnd, selectWhole } from '../../../src/store/sqlite/archive/count.ts';
import { toPage } from '../../../tools/archive-pages.ts';

const MESSAGES = 100_000;
const IDS = { first: 0, end: Number.MAX_SAFE_INTEGER };
const directory = mkdtempSync(join(tmpdir(), 'gateway-plans-'));
let database: Database;
let archive: SqlMessageArchive;

beforeAll(async () => {
  database = openDatabase(join(directory, 'a.archive'), 'NORMAL', null, ARCHIVE_MIGRATIONS);
  const sql = new SqliteSql(database);
  archive = new SqlMessageArchive(sql, database.vault, new SqliteArchiveTables(sql), 'shop', 'shop');
  for (let first = 0; first < MESSAGES; first += 5_000) await archive.keep(toPage(first, 5_000));
});
afterAll(() => {
  database.close();
  rmSync(directory, { recursive: true });
});

const { toToken } = new ArchiveSeals(createVault(null));
const COMMON = [[toToken(1, 'k:TEXT')]];
const MOMENT = Date.UTC(2026, 0, 12);

function toQuery(order: 'ASC' | 'DESC', tokens: string[][], after: string | null = null): StoredQuery {
  const span =
    order === 'ASC' ? { since: MOMENT, until: Number.MAX_SAFE_INTEGER } : { since: 0, until: MOMENT + 1 };
  return { order, span, after, tokens, limit: 50 };
}

function explain([text, values]: Selection): string[] {
  return database
    .statement(`EXPLAIN QUERY PLAN ${text}`)
    .all(...values)
    .map(({ detail }) => String(detail));
}

test('when a message was sent is found by the index of sequences', () => {
  expect(explain(selectMoment(1, `${MOMENT}.0000000000`))).toEqual([
    'SEARCH message USING COVERING INDEX archive_message_by_sequence (source=? AND sequence=?)',
  ]);
});

for (const order of ['ASC', 'DESC'] as const) {
  test(`messages are read by the index of their places, without sorting (${order})`, () => {
    expect(explain(selectByPlace(1, toQuery(order, [])))).toEqual([
      'SEARCH message USING INDEX sqlite_autoindex_archive_message_1 (source=? AND sent_at>? AND sent_at<?)',
    ]);
    const after = {
      ASC: '(sent_at,sequence)>(?,?) AND sent_at<?',
      DESC: 'sent_at>? AND (sent_at,sequence)<(?,?)',
    }[order];
    expect(explain(selectByPlace(1, toQuery(order, [], `${MOMENT}.0000000000`)))).toEqual([
      `SEARCH message USING INDEX sqlite_autoindex_archive_message_1 (source=? AND ${after})`,
    ]);
  });

  test(`a span is narrowed by the index of places alone, to 5,000 messages and one (${order})`, async () => {
    expect(explain(selectFarthest(1, toQuery(order, COMMON)))).toEqual([
      'SEARCH archive_message USING COVERING INDEX sqlite_autoindex_archive_message_1 (source=? AND sent_at>? AND sent_at<?)',
    ]);
    const counts: number[] = [];
    for (let span: TimeSpan = { since: 0, until: Number.MAX_SAFE_INTEGER }; span.since < span.until;) {
      const part = await archive.narrow({ span, order, terms: [['k:TEXT'], ['k:TEXT']] });
      const [row] = database
        .statement('SELECT count(*) AS found FROM archive_message WHERE sent_at >= ? AND sent_at < ?')
        .all(part.since, part.until);
      counts.push(Number(row?.['found']));
      expect(order === 'ASC' ? part.since : part.until).toBe(order === 'ASC' ? span.since : span.until);
      span = order === 'ASC' ? { ...span, since: part.until } : { ...span, until: part.since };
    }
    expect(counts).toEqual([...Array.from({ length: 19 }, () => 5_001), 4_981]);
    const whole = { since: 0, until: Number.MAX_SAFE_INTEGER };
    expect(await archive.narrow({ span: whole, order, terms: [['k:TEXT'], ['p:customer-900']] })).toEqual(
      whole,
    );
  });

  test(`messages with several common terms are read by those of each, within the ids that are asked for (${order})`, () => {
    const query = toQuery(order, [...COMMON, ...COMMON]);
    const plan = explain(selectByTokens(1, query, IDS, 50, false));
    expect(plan.filter((step) => step.includes('VIRTUAL TABLE'))).toEqual([
      expect.stringMatching(/INDEX \d+:M1><$/),
      expect.stringMatching(/INDEX \d+:M1><$/),
    ]);
  });

  test(`messages with several common terms are the same ones, however they are looked for (${order})`, () => {
    const agents = Array.from({ length: 20 }, (_, agent) => toToken(1, `p:agent-${agent}`));
    const after = `${MOMENT + (order === 'ASC' ? 40_000 : -40_000)}.0000000000`;
    for (const from of [null, after]) {
      const query = toQuery(order, [...COMMON, agents, [toToken(1, 'w退')]], from);
      const [quick, slow] = [true, false].map((isQuick) => {
        const [text, values] = selectByTokens(1, query, IDS, 50, isQuick);
        return database.statement(text).all(...values);
      });
      expect(slow).toHaveLength(50);
      expect(slow).toEqual(quick);
    }
  });

  test(`messages with terms are read by the index of terms from one end, without sorting (${order})`, () => {
    expect(explain(selectByTokens(1, toQuery(order, COMMON), IDS, 50))).toEqual([
      expect.stringMatching(/^SCAN archive_terms VIRTUAL TABLE INDEX \d+:M1><$/),
      'SEARCH message USING INTEGER PRIMARY KEY (rowid=?)',
    ]);
  });
}

const SPAN = { since: MOMENT + 1, until: MOMENT + 86_400_000 + 1 };
const PLACES = 'USING INDEX sqlite_autoindex_archive_message_1 (source=? AND sent_at>? AND sent_at<?)';
const EVERY_CONVERSATION = { order: 'DESC', after: null, limit: 50, keys: undefined } as const;
const PAGE = { after: null, limit: 50 };

/** What a plan reads first, how it sorts, and that nothing is looked for without an index. */
function expectPlan(selection: Selection, first: string, sorts: readonly string[] = []): void {
  const plan = explain(selection);
  const reads = plan.filter(
    (line) => /^(SEARCH|SCAN) /.test(line) && !/^SCAN (found|given|near|limited|counted|\d|\()/.test(line),
  );
  expect(reads[0]).toBe(first);
  expect(
    reads.filter((line) => !/^SEARCH .*USING|^SCAN archive_terms VIRTUAL TABLE INDEX \d+:M1><$/.test(line)),
  ).toEqual([]);
  expect(plan.filter((line) => line.includes('TEMP B-TREE'))).toEqual(
    sorts.map((name) => `USE TEMP B-TREE FOR ${name}`),
  );
}

test('conversations are read by the index of their newest messages, without sorting', () => {
  const query = { ...EVERY_CONVERSATION, by: 'LAST_MESSAGE_AT' } as const;
  const name = 'SEARCH archive_conversation USING INDEX archive_conversation_last';
  expectPlan(selectConversations(1, query), `${name} (source=?)`);
  const after = { value: MOMENT, id: 7 };
  expectPlan(selectConversations(1, { ...query, after }), `${name} (source=? AND last_at<?)`);
  expectPlan(selectConversations(1, { ...query, after, order: 'ASC' }), `${name} (source=? AND last_at>?)`);
  const many = { id: 7, hasFewConversations: false };
  expectPlan(selectConversations(1, query, many), `${name} (source=?)`);
});

test('by other orders the conversations of a source are sorted, and no other ones', () => {
  for (const by of ['FIRST_MESSAGE_AT', 'MESSAGES'] as const)
    expectPlan(
      selectConversations(1, { ...EVERY_CONVERSATION, by }),
      'SEARCH archive_conversation USING INDEX archive_conversation_last (source=?)',
      ['ORDER BY'],
    );
});

test('conversations that await a reply, are named, or have a rare participant are found without reading all', () => {
  const query = { ...EVERY_CONVERSATION, by: 'LAST_MESSAGE_AT' } as const;
  expectPlan(
    selectConversations(1, { ...query, isAwaitingReply: true }),
    'SEARCH archive_conversation USING INDEX archive_conversation_awaiting (source=?)',
  );
  expectPlan(
    selectConversations(1, { ...query, lastMessageAt: SPAN }),
    'SEARCH archive_conversation USING INDEX archive_conversation_last (source=? AND last_at>? AND last_at<?)',
  );
  expectPlan(
    selectConversations(1, { ...query, keys: ['conversation-1', 'conversation-2'] }),
    'SEARCH archive_conversation USING INDEX sqlite_autoindex_archive_conversation_1 (source=? AND key=?)',
    ['ORDER BY'],
  );
  expectPlan(
    selectConversations(1, query, { id: 7, hasFewConversations: true }),
    'SEARCH archive_conversation USING INTEGER PRIMARY KEY (rowid=?)',
    ['ORDER BY'],
  );
  expectPlan(
    selectConversationCount(1, 7),
    'SEARCH archive_member USING COVERING INDEX archive_member_participant (source=? AND participant=?)',
  );
});

test('participants are read by the index of their newest messages, without sorting', () => {
  const name = 'SEARCH one USING INDEX archive_presence_last (source=? AND role=?';
  expectPlan(selectPresences(1, [1, 2], { role: 0 }, PAGE), `${name})`);
  const after = { value: MOMENT, id: 7 };
  expectPlan(selectPresences(1, [1], { role: 0 }, { ...PAGE, after }), `${name} AND last_at<?)`);
  const byId = 'SEARCH one USING PRIMARY KEY (source=? AND participant=?)';
  expectPlan(selectPresences(1, [1], { ids: [1, 2] }, PAGE), byId, ['ORDER BY']);
  const ofConversation = 'SEARCH member USING PRIMARY KEY (conversation=?)';
  expectPlan(selectMembers(1, 'conversation-7', { role: 1 }, PAGE), ofConversation, ['ORDER BY']);
});

test('the ends of what is left are found by indexes', () => {
  const ends = { id: 1, participant: 7, firstFrom: MOMENT, lastUntil: MOMENT };
  const ofConversation =
    'SEARCH archive_message USING INDEX archive_message_conversation (conversation=? AND sent_at';
  const lastTerm = 'LAST TERM OF ORDER BY';
  expectPlan(selectEnds('conversation', [ends, ends]), `${ofConversation}>?)`, [lastTerm]);
  const ofSource =
    'SEARCH archive_message USING INDEX sqlite_autoindex_archive_message_1 (source=? AND sent_at>?)';
  expectPlan(selectEnds('source', [ends, ends]), ofSource);
  // Of the few that are near.
  expectPlan(selectEnds('source', [ends, ends], 200), ofSource);
  const ofAll = { id: 1, first: MOMENT, last: MOMENT, inbound: MOMENT, outbound: MOMENT };
  expectPlan(
    selectConversationEnds([ofAll, ofAll]),
    `${ofConversation.replace('INDEX', 'COVERING INDEX')}>?)`,
    Array.from({ length: 4 }, () => lastTerm),
  );
  expectPlan(
    insertQuarters([
      { conversation: 1, quarter: 7 },
      { conversation: 2, quarter: 7 },
    ]),
    `${ofConversation}>? AND sent_at<?)`,
    ['GROUP BY'],
  );
});

test('figures are read from the quarters of their span, and from messages only at its ends', () => {
  const quarters = 'SEARCH archive_aggregate USING PRIMARY KEY (source=? AND quarter>? AND quarter<?)';
  const sorts = ['GROUP BY', 'count(DISTINCT)', 'count(DISTINCT)'];
  for (const by of ['DIRECTION', 'KIND', 'AGENT', 'SOURCE'] as const)
    expectPlan(selectStats([1], SPAN, { by }), quarters, sorts);
  const edges = Array.from({ length: 40 }, (_, hour) => MOMENT + hour * 3_600_000);
  expectPlan(selectStats([1], SPAN, { by: 'TIME', edges }), quarters, sorts);
  expectPlan(selectQuarterCount(1, { since: 0, until: 9 }), quarters);
  expectPlan(selectEndQuarter(1, 'DESC'), 'SEARCH archive_aggregate USING PRIMARY KEY (source=?)');
  expectPlan(selectRestCount(1, SPAN), `SEARCH archive_message ${PLACES.replace('INDEX', 'COVERING INDEX')}`);
});

test('moves and changes are read by the indexes of their orders', () => {
  const source = { id: 1, name: 'shop' };
  const after = { sentAt: MOMENT, source: 'shop', sequence: `${MOMENT}.0` };
  const all = { since: 0, until: Number.MAX_SAFE_INTEGER };
  for (const position of [null, after])
    expectPlan(selectMoves(source, all, position, 50), `SEARCH archive_message ${PLACES}`);
  for (const side of ['BEFORE', 'SINCE'] as const)
    expectPlan(
      selectNearest([1, 2], { side, moment: MOMENT, directions: ['OUTBOUND'] }),
      'SEARCH archive_conversation USING INTEGER PRIMARY KEY (rowid=?)',
      ['LAST TERM OF ORDER BY'],
    );
  expectPlan(
    selectChanges(1, { after: 7, upTo: 1_000_000 }, 50),
    'SEARCH archive_message USING INDEX archive_message_changed (source=? AND archived_seq>? AND archived_seq<?)',
  );
});

test('messages with terms are counted in the index of terms', () => {
  const ofTerms: unknown = expect.stringMatching(/^SCAN archive_terms VIRTUAL TABLE INDEX \d+:M1><$/);
  expect(explain(selectWhole(COMMON, IDS))).toEqual([
    'CO-ROUTINE (subquery-1)',
    ofTerms,
    'SCAN (subquery-1)',
  ]);
  expect(explain(selectAtEnd(1, SPAN, COMMON, IDS))).toEqual([
    ofTerms,
    'SEARCH message USING INTEGER PRIMARY KEY (rowid=?)',
  ]);
});
