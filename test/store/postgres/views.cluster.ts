import { randomBytes, randomInt } from 'node:crypto';
import fc from 'fast-check';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { archiveAccountOf, archiveNameOf } from '../../../src/archive/archive-names.ts';
import { EVERYTHING } from '../../../src/archive/everything.ts';
import { parseRecord } from '../../../src/archive/parse-record.ts';
import { toEntry } from '../../../src/archive/to-entry.ts';
import { toAgent, toCustomer } from '../../../src/domain/message-people.ts';
import { isNameText } from '../../../src/domain/name-text.ts';
import type { MediaPart, MessageRecord, ParticipantRecord } from '../../../src/domain/records.ts';
import { Turns, type Turn } from '../../../src/gateway/turns.ts';
import { carriesCredentials } from '../../../src/gateway/url-credentials.ts';
import { toAttachment } from '../../../src/resolvers/rows.ts';
import { VIEWS } from '../../../src/store/postgres/views/index.ts';
import { toComment } from '../../../src/store/postgres/views/view.ts';
import type {
  ArchiveIndex,
  ChangedEntry,
  KeptConversation,
  KeptParticipant,
} from '../../../src/store/store.ts';
import { createPage } from '../../support/archive-page.ts';
import { blocks } from '../../support/code-blocks.ts';
import { openAnalyst, type Analyst } from '../../support/analyst.ts';
import { fillArchives } from '../../support/fill-archives.ts';
import { createGatewayWorld, type GatewayWorld } from '../../support/gateway-world.ts';
import { createDatabase, dropDatabase, runOn } from '../../support/postgres.ts';
import { runs } from '../../support/runs.ts';

const DAY_MS = 86_400_000;
const NOW = Date.now();
const ALWAYS = { since: 0, until: Number.MAX_SAFE_INTEGER };
const SOME_ID = expect.stringMatching(/^[0-9a-f]{32}$/) as string;
type Row = Record<string, unknown>;

const SEED = randomInt(2 ** 24);
/** With what PostgreSQL's texts or its JSON cannot hold, and with what looks like it. */
const HOSTILE_TEXT = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 8 }),
  fc.string({
    unit: fc.constantFrom('\0', '\\', '\ud83d', '\udc00', 'u', '0', '"', "'", '\uFFFD'),
    maxLength: 12,
  }),
);

const server = process.env['POSTGRES_URL'];
if (server !== undefined)
  describe(`the views of a store in which are messages of all providers, and hostile ones (seed ${SEED})`, () => {
    const name = `views_${randomBytes(6).toString('hex')}`;
    let url = '';
    let world: GatewayWorld;
    let index: ArchiveIndex;
    let masked: Analyst;
    let unmasked: Analyst;
    /** By name, each with its channel. */
    let sources: Map<string, string>;
    let kept: (ChangedEntry & { message: MessageRecord })[] = [];
    beforeAll(async () => {
      url = await createDatabase(server, name);
      world = await createGatewayWorld({
        seed: SEED,
        from: NOW - 70 * DAY_MS,
        messages: 150,
        weComReachDays: 90,
        store: url,
        isEmbedded: true,
      });
      await fillArchives(world, NOW);
      sources = new Map(
        [...world.gateway.channels.values()].flatMap((channel) =>
          channel
            .sourcesFor(EVERYTHING)
            .map(({ id }): [string, string] => [archiveNameOf(channel, id), channel.name]),
        ),
      );
      index = world.stores.store.archiveIndex();
      await keepHostileMessages(await readKept());
      kept = await readKept();
      masked = await openAnalyst(url, 'masked');
      unmasked = await openAnalyst(url, 'unmasked');
    });
    afterAll(async () => {
      await masked.close();
      await unmasked.close();
      await world.close();
      await dropDatabase(server, name);
    });

    async function readKept(): Promise<typeof kept> {
      const changes = await index.changedSince([...sources.keys()], 0, 100_000);
      return changes.map((change) => ({ ...change, message: parseRecord(change.record) }));
    }

    /** As the providers' own, but for texts, ids and names that no provider would send; the first one is listed no more. */
    async function keepHostileMessages(own: typeof kept): Promise<void> {
      const texts = fc.sample(fc.array(HOSTILE_TEXT, { minLength: 4, maxLength: 4 }), {
        numRuns: runs(200),
        seed: SEED,
      });
      for (const channel of world.gateway.channels.values()) {
        const [source] = channel.sourcesFor(EVERYTHING);
        const found = own.find(({ message }) => message.channel === channel.name);
        if (!source || !found) throw new Error('A channel has no messages');
        const archiveName = archiveNameOf(channel, source.id);
        const archive = world.stores.store.messageArchive(archiveName, archiveAccountOf(channel));
        const entries = texts.map((some, number) => toEntry(toHostile(found.message, some, number)));
        await archive.keep(createPage({ readAt: NOW, entries }));
        await archive.keep(createPage({ readAt: NOW, delisted: entries.slice(0, 1).map(({ key }) => key) }));
      }
    }

    test('are made as they are described, with a comment on each of their columns', async () => {
      const columns = await runOn(
        url,
        `SELECT relname AS view, attname AS name, format_type(atttypid, atttypmod) AS type,
           col_description(oid, attnum) AS comment, obj_description(oid) AS about
         FROM pg_class JOIN pg_attribute ON attrelid = oid
         WHERE relnamespace = 'bi'::regnamespace AND attnum > 0 ORDER BY attnum`,
      );
      expect(Map.groupBy(columns, ({ view }) => view).size).toBe(VIEWS.length);
      for (const { name: view, comment: about, columns: described } of VIEWS)
        expect(columns.filter((column) => column['view'] === view)).toEqual(
          described.map((column) => ({
            view,
            name: column.name,
            type: column.type,
            comment: toComment(column),
            about,
          })),
        );
    });

    test('messages: as the archive has them', async () => {
      const rows = await unmasked.query('SELECT * FROM bi.messages ORDER BY archived_seq');
      expect(rows).toHaveLength(kept.length);
      expect(rows).toEqual(kept.map((entry) => toMessageRow(entry)));
      expect(new Set(kept.map(({ message }) => message.provider)).size).toBe(4);
      // The same thing has the same id, and two have two.
      expectIds(rows, 'id', ({ source, key }) => [source, key]);
      expectIds(rows, 'conversation_id', ({ source, message }) => [
        source,
        message.conversation.key.toWellFormed(),
      ]);
      expectIds(rows, 'sender_id', ({ message }) => toPersonKey(message.sender));
      expectIds(rows, 'customer_id', ({ message }) => toPersonKey(toCustomer(message)));
      expectIds(rows, 'agent_id', ({ message }) => toPersonKey(toAgent(message)));
    });

    test('messages: what tells who people are, and what carries credentials, is null for the masked', async () => {
      const rows = await masked.query('SELECT * FROM bi.messages ORDER BY archived_seq');
      const open = await unmasked.query('SELECT * FROM bi.messages ORDER BY archived_seq');
      const hidden = VIEWS[0]?.columns.filter(({ isMasked }) => isMasked).map((column) => column.name) ?? [];
      expect(hidden).toHaveLength(7);
      let withCredentials = 0;
      const expected = open.map((row, place) => {
        const message = kept[place]?.message;
        if (!message) throw new Error('There is a row of no message');
        const media = row['attachment_url'];
        const isSecret = typeof media === 'string' && carriesCredentials(media);
        withCredentials += Number(isSecret);
        return {
          ...row,
          ...Object.fromEntries(hidden.map((column) => [column, null])),
          text: isNameText(message) ? null : row['text'],
          attachment_url: isSecret ? null : media,
        };
      });
      expect(rows).toEqual(expected);
      expect(withCredentials).toBeGreaterThan(0);
      expect(kept.some(({ message }) => isNameText(message))).toBe(true);
    });

    test('conversations: as the archive has them', async () => {
      const query = { by: 'LAST_MESSAGE_AT', order: 'ASC', after: null, limit: 100_000 } as const;
      const found = await index.conversations([...sources.keys()], query);
      const rows = await unmasked.query('SELECT * FROM bi.conversations');
      const ids = new Map(
        (await unmasked.query('SELECT archived_seq, conversation_id FROM bi.messages')).map((row) => [
          row['archived_seq'],
          row['conversation_id'],
        ]),
      );
      const idOf = ({ source, key }: KeptConversation): unknown => {
        const entry = kept.find(
          (one) => one.source === source && one.message.conversation.key.toWellFormed() === key,
        );
        return ids.get(entry?.archivedSeq);
      };
      expect(byId(rows)).toEqual(
        byId(found.map((conversation) => ({ id: idOf(conversation), ...toConversationRow(conversation) }))),
      );
      expect(rows.some((row) => row['is_awaiting_reply'] === true)).toBe(true);
      expect(byId(await masked.query('SELECT * FROM bi.conversations'))).toEqual(
        byId(rows.map((row) => ({ ...row, title: null, native_id: null }))),
      );
    });

    test('participants: as the archive has them', async () => {
      const found = await index.participants([...sources.keys()], { after: null, limit: 100_000 });
      const rows = await unmasked.query('SELECT * FROM bi.participants');
      const expected = found.map((person) => toParticipantRow(person, sources));
      expect(sorted(rows.map(({ id: _, ...row }) => row))).toEqual(sorted(expected));
      expect(new Set(rows.map(({ id }) => id)).size).toBe(rows.length);
      const senders = await unmasked.query(
        `SELECT count(*) AS count FROM bi.messages AS message JOIN bi.participants AS person ON person.id = sender_id
           AND person.channel = message.channel AND person.native_id = sender_native_id AND person.role = sender_role`,
      );
      expect(senders).toEqual([{ count: kept.length }]);
      expect(byId(await masked.query('SELECT * FROM bi.participants'))).toEqual(
        byId(rows.map((row) => ({ ...row, display_name: null, native_id: null }))),
      );
    });

    test('daily: as the archive counts', async () => {
      const rows = await masked.query('SELECT * FROM bi.daily');
      const groups = Map.groupBy(kept, ({ message }) =>
        JSON.stringify([
          message.channel,
          new Date(message.sentAt).toISOString().slice(0, 10),
          message.direction,
          message.kind,
          toPersonKey(toAgent(message)),
        ]),
      );
      const expected = [...groups].map(([key, entries]) => {
        const [channel, day, direction, kind] = JSON.parse(key) as string[];
        const customers = entries.map(({ message }) => JSON.stringify(toPersonKey(toCustomer(message))));
        return {
          channel,
          day,
          direction,
          kind,
          messages: entries.length,
          conversations: new Set(
            entries.map(({ source, message }) => `${source} ${message.conversation.key.toWellFormed()}`),
          ).size,
          customers: new Set(customers.filter((customer) => customer !== 'null')).size,
        };
      });
      expect(sorted(rows.map(({ agent_id: _, ...row }) => row))).toEqual(sorted(expected));
      const [sum] = await masked.query(
        'SELECT sum(messages)::bigint AS messages, min(day) AS day FROM bi.daily',
      );
      const [stats] = await index.stats([...sources.keys()], ALWAYS, {
        by: 'TIME',
        edges: [0, NOW + DAY_MS - (NOW % DAY_MS)],
      });
      expect(sum).toEqual({
        messages: stats?.messages,
        day: new Date(stats?.firstAt ?? 0).toISOString().slice(0, 10),
      });
      // Agents are those of messages.
      expect(
        await masked.query(
          `SELECT agent_id, sum(messages)::bigint AS messages FROM bi.daily GROUP BY 1
           EXCEPT SELECT agent_id, count(*) FROM bi.messages GROUP BY 1`,
        ),
      ).toEqual([]);
    });

    test('responses: the turns that figures are made from', async () => {
      const rows = await masked.query('SELECT * FROM bi.responses');
      const turns = await readTurns();
      expect(turns.length).toBeGreaterThan(10);
      const expected = turns.map(({ source, beganAt, answeredAt }) => ({
        channel: sources.get(source),
        started_at: new Date(beganAt),
        answered_at: answeredAt === null ? null : new Date(answeredAt),
        seconds: answeredAt === null ? null : (answeredAt - beganAt) / 1_000,
      }));
      expect(sorted(rows.map(({ conversation_id: _, agent_id: __, ...row }) => row))).toEqual(
        sorted(expected),
      );
      expect(rows.filter((row) => row['agent_id'] !== null)).toHaveLength(
        turns.filter(({ agent }) => agent !== null).length,
      );
      const joined = await masked.query(
        `SELECT count(*) AS count FROM bi.responses AS response
         JOIN bi.conversations AS conversation ON conversation.id = conversation_id AND conversation.channel = response.channel
         JOIN bi.messages AS message ON message.conversation_id = conversation.id AND message.sent_at = started_at AND direction = 'INBOUND'`,
      );
      expect(Number(joined[0]?.['count'])).toBeGreaterThanOrEqual(turns.length);
    });

    async function readTurns(): Promise<Turn[]> {
      const moves = await index.moves([...sources.keys()], ALWAYS, null, 100_000);
      const turns = new Turns();
      turns.learn(turns.unknownIn(moves), []);
      const answered = moves.flatMap((move) => turns.add(move) ?? []);
      const unanswered = [...turns.waiting(1_000)].flatMap((waiting) => turns.end(waiting, []));
      return [...answered, ...unanswered];
    }

    test('nothing that the masked may do tells what is hidden from them', async () => {
      const secrets = new Set(
        kept.flatMap(({ message: { sender, recipients, conversation } }) =>
          [sender, ...(recipients ?? [])]
            .flatMap(({ nativeId, displayName }) => [nativeId, displayName])
            .concat(conversation.nativeId, conversation.title),
        ),
      );
      const telling = [...secrets].flatMap((secret) => (secret && secret.length > 6 ? clean(secret) : []));
      expect(telling.length).toBeGreaterThan(20);
      // So cheap that the server likes to call it first.
      await masked.query(
        `CREATE FUNCTION pg_temp.spy(anyelement) RETURNS boolean LANGUAGE plpgsql COST 0.0001
         AS 'BEGIN RAISE NOTICE ''%'', $1; RETURN TRUE; END'`,
      );
      for (const { name: view, columns } of VIEWS)
        for (const { name: column, isMasked } of columns.filter(({ type }) => type === 'text')) {
          await masked.query(`SELECT count(*) FROM bi.${view} WHERE pg_temp.spy(${column})`);
          const notices = masked.takeNotices();
          expect(notices.length).toBeGreaterThan(0);
          if (isMasked) expect(new Set(notices), `${view}.${column}`).toEqual(new Set(['<NULL>']));
          // The text of a message is what a person wrote, and may have anything in it.
          if (column !== 'text' && column !== 'attachment_file_name' && column !== 'native_id')
            expect(
              telling.filter((secret) => notices.some((notice) => notice.includes(secret))),
              `${view}.${column}`,
            ).toEqual([]);
        }
      const [known] = await unmasked.query(
        'SELECT native_id FROM bi.participants WHERE length(native_id) > 6 LIMIT 1',
      );
      const literal = pg.escapeLiteral(String(known?.['native_id']));
      for (const condition of [
        `native_id = ${literal}`,
        `native_id LIKE '%'`,
        `native_id IS NOT NULL`,
        `native_id::integer > 0`,
        `1 / length(native_id) > 0`,
      ])
        expect(await masked.query(`SELECT id FROM bi.participants WHERE ${condition}`)).toEqual([]);
      const plan = await masked.query(
        `EXPLAIN (ANALYZE, VERBOSE) SELECT * FROM bi.participants WHERE native_id = ${literal}`,
      );
      const [salt] = await runOn(url, `SELECT encode(salt, 'hex') AS salt FROM analyst_views`);
      expect(JSON.stringify(plan)).not.toContain(String(salt?.['salt']));
    });

    test('no analyst can read, write or call anything of the store itself', async () => {
      const tables = await runOn(
        url,
        `SELECT relname AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')`,
      );
      expect(tables.map((table) => table['name'])).toEqual(
        expect.arrayContaining(['archive_message', 'analyst_views', 'settings', 'events']),
      );
      for (const analyst of [masked, unmasked]) {
        for (const table of tables)
          await expect(analyst.query(`SELECT * FROM public.${String(table['name'])}`)).rejects.toThrow(
            'permission denied for table',
          );
        for (const { name: view } of VIEWS)
          await expect(analyst.query(`DELETE FROM bi.${view}`)).rejects.toThrow(
            /permission denied|cannot delete/,
          );
        await expect(analyst.query('CREATE TABLE bi.mine ()')).rejects.toThrow(
          'permission denied for schema bi',
        );
        await expect(analyst.query(`SELECT append_events('[]', 0)`)).rejects.toThrow(
          'permission denied for table',
        );
        await expect(
          analyst.query(`SELECT * FROM pg_stats WHERE tablename LIKE 'archive%'`),
        ).resolves.toEqual([]);
      }
      await expect(masked.query('SET ROLE chat_history_analyst_unmasked')).rejects.toThrow(
        'permission denied',
      );
    });

    test('the statements of the documentation are answered', async () => {
      const statements = blocks('docs/sql.md', 'sql');
      const reading = statements.filter((text) => /^(SELECT|WITH)/.test(text));
      expect(reading).toHaveLength(3);
      const filled = (text: string): string =>
        text
          .replace(
            '$__timeGroupAlias(sent_at, ',
            `to_timestamp(floor(extract(epoch FROM sent_at) / 3600) * 3600) AS "time" -- (`,
          )
          .replace(
            '$__timeFilter(sent_at)',
            `sent_at BETWEEN '2000-01-01T00:00:00Z' AND '2100-01-01T00:00:00Z'`,
          )
          .replaceAll(/-- \(.*channel/g, ', channel')
          .replace('1772323200123000', '0');
      for (const text of reading) expect((await masked.query(filled(text))).length, text).toBeGreaterThan(0);
      // What an administrator runs, with names that no other test has.
      const [login = '', ownView = ''] = statements.filter((text) => text.startsWith('CREATE'));
      const suffix = randomBytes(6).toString('hex');
      const renamed = (text: string): string =>
        text
          .replaceAll(/\b(superset|shop_analyst)\b/g, `$1_${suffix}`)
          .replaceAll(/\bSCHEMA shop\b|\bshop\.messages\b/g, (found) =>
            found.replace('shop', `shop_${suffix}`),
          );
      await runOn(url, renamed(login));
      await runOn(url, `CREATE ROLE shop_analyst_${suffix} LOGIN`);
      await runOn(url, renamed(ownView));
      const own = new URL(url);
      own.username = `shop_analyst_${suffix}`;
      const [row] = await runOn(
        own.href,
        `SELECT count(*)::integer AS messages, count(sender_name)::integer AS names, min(channel) AS channel FROM shop_${suffix}.messages`,
      );
      const ofShop = kept.filter(({ message }) => message.channel === 'shop');
      expect(row).toEqual({ messages: ofShop.length, names: 0, channel: 'shop' });
      await expect(runOn(own.href, 'SELECT FROM bi.messages')).rejects.toThrow('permission denied');
      own.username = `superset_${suffix}`;
      expect(await runOn(own.href, 'SELECT count(*)::integer AS messages FROM messages')).toEqual([
        { messages: kept.length },
      ]);
      await expect(runOn(own.href, 'CREATE TEMP TABLE mine ()')).rejects.toThrow('read-only transaction');
      await runOn(
        url,
        `DROP SCHEMA shop_${suffix} CASCADE; DROP ROLE superset_${suffix}, shop_analyst_${suffix}`,
      );
    });

    function toMessageRow({ message, archivedSeq, delistedAt }: (typeof kept)[number]): Row {
      const { sender } = message;
      const [customer, agent] = [toCustomer(message), toAgent(message)];
      const attachment: Partial<MediaPart> = toAttachment(message) ?? {};
      const {
        kind = null,
        url: media = null,
        mimeType = null,
        fileName = null,
        byteSize = null,
        durationSeconds = null,
      } = attachment;
      return {
        id: SOME_ID,
        channel: message.channel,
        provider: message.provider,
        archived_seq: archivedSeq,
        sent_at: new Date(message.sentAt),
        direction: message.direction,
        kind: message.kind,
        availability: message.availability,
        conversation_id: SOME_ID,
        conversation_kind: message.conversation.kind,
        sender_id: SOME_ID,
        sender_role: sender.role,
        sender_name: clean(sender.displayName),
        sender_native_id: clean(sender.nativeId),
        customer_id: customer && SOME_ID,
        customer_name: clean(customer?.displayName ?? null),
        customer_native_id: clean(customer?.nativeId ?? null),
        agent_id: agent && SOME_ID,
        agent_name: clean(agent?.displayName ?? null),
        agent_native_id: clean(agent?.nativeId ?? null),
        agent_account: clean(message.agentAccount ?? null),
        native_id: clean(message.nativeId),
        text: clean(message.text),
        attachment_kind: kind,
        attachment_url: clean(media),
        attachment_mime_type: clean(mimeType),
        attachment_file_name: clean(fileName),
        attachment_byte_size: byteSize,
        attachment_duration_seconds: durationSeconds,
        version: 1,
        delisted_at: delistedAt === null ? null : new Date(delistedAt),
      };
    }

    /** Ids and what they stand for are one to one. */
    function expectIds(
      rows: readonly Row[],
      column: string,
      toKey: (entry: (typeof kept)[number]) => unknown,
    ): void {
      const pairs = rows.map((row, place) => {
        const entry = kept[place];
        return [row[column], JSON.stringify(entry && toKey(entry))] as const;
      });
      expect(new Set(pairs.map(([id]) => id)).size).toBe(new Set(pairs.map(([, key]) => key)).size);
      expect(new Set(pairs.map((pair) => pair.join(' '))).size).toBe(new Set(pairs.map(([id]) => id)).size);
    }
  });

function toHostile(message: MessageRecord, texts: readonly string[], number: number): MessageRecord {
  const [key = '', nativeId = '', displayName = '', text = ''] = texts;
  const conversation = { key: `${nativeId} ${number % 3}`, title: displayName, nativeId: text };
  return {
    ...message,
    key: `${number} ${key}`,
    sequence: `hostile ${String(number).padStart(6, '0')}`,
    sentAt: NOW - DAY_MS + number * 1_000,
    conversation: { ...message.conversation, ...conversation },
    sender: { ...message.sender, nativeId, displayName },
    nativeId: key,
    text,
  };
}

function toPersonKey(person: ParticipantRecord | null): unknown {
  return person && [person.channel, person.role, person.nativeId.toWellFormed()];
}

function toConversationRow({
  kind,
  messages,
  firstAt,
  lastAt,
  lastMessage,
  awaiting,
}: KeptConversation): Row {
  const { channel, provider, conversation } = parseRecord(lastMessage.record);
  return {
    channel,
    provider,
    kind,
    title: clean(conversation.title),
    native_id: clean(conversation.nativeId),
    messages,
    first_message_at: new Date(firstAt),
    last_message_at: new Date(lastAt),
    is_awaiting_reply: awaiting !== null,
    awaiting_reply_since: awaiting && new Date(awaiting.since),
  };
}

function toParticipantRow(person: KeptParticipant, sources: ReadonlyMap<string, string>): Row {
  const { role, nativeId, messages, firstAt, lastAt, lastMessage } = person;
  const { channel, provider, sender, recipients } = parseRecord(lastMessage.record);
  expect([...sources.values()]).toContain(channel);
  const same = [sender, ...(recipients ?? [])].find(
    (one) => one.role === role && one.nativeId.toWellFormed() === nativeId,
  );
  return {
    channel,
    provider,
    role,
    display_name: clean(same?.displayName ?? null),
    native_id: clean(nativeId),
    messages,
    first_message_at: new Date(firstAt),
    last_message_at: new Date(lastAt),
  };
}

/** As PostgreSQL can have it. */
function clean<T extends string | null>(text: T): T | string {
  return text === null ? text : text.toWellFormed().replaceAll('\0', '\uFFFD');
}

function byId(rows: readonly Row[]): Row[] {
  return rows.toSorted((a, b) => (String(a['id']) < String(b['id']) ? -1 : 1));
}

function sorted(rows: readonly Row[]): string[] {
  return rows.map((row) => JSON.stringify(Object.entries(row).sort(([a], [b]) => (a < b ? -1 : 1)))).sort();
}
