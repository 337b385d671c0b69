import { createSecretKey, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { createApi } from '../../../src/app/api.ts';
import { AuditLog } from '../../../src/audit/audit-log.ts';
import { AuditSeal } from '../../../src/audit/seal.ts';
import { verifyLog } from '../../../src/audit/verify.ts';
import { parseConfig } from '../../../src/config/read-config.ts';
import { startSandboxes } from '../../../src/sandbox/start.ts';
import { copyStore } from '../../../src/store/copy-store.ts';
import { openStore } from '../../../src/store/open-store.ts';
import type { NewEvent, LiveEvent } from '../../../src/domain/events.ts';
import type { ArchiveEntry, ArchiveIndex, MessageArchive, Store } from '../../../src/store/store.ts';
import { systemClock } from '../../../src/util/clock.ts';
import { recordEntry } from '../../audit/entries.ts';
import { SOME_FACTS } from '../../support/archive-entry.ts';
import { createPage } from '../../support/archive-page.ts';
import { deliver } from '../../support/deliver.ts';
import { createDatabase, dropDatabase, runOn } from '../../support/postgres.ts';
import { subscribe } from '../../support/subscriber.ts';
import { toArray } from '../../support/to-array.ts';
import { fetchPage, walkTimeline } from '../../support/walk-timeline.ts';

const NOW = Date.UTC(2026, 2, 20);
const SECRET = Buffer.alloc(32, 7);
const LIMITS = { maxInboxItems: 10_000, maxChannelInboxItems: 10_000 };
const log = pino({ enabled: false });
const surroundings = { clock: systemClock, log };

const MESSAGE_ADDED = `subscription ($after: String) {
  messageAdded(after: $after, filter: { channels: ["whatsapp"] }) { cursor node { id ... on WhatsAppMessage { whatsAppMessageId } } }
}`;

interface Added {
  cursor: string;
  node: { id: string; whatsAppMessageId: string };
}

const server = process.env['POSTGRES_URL'];
if (server !== undefined)
  describe('a store that is copied from SQLite into PostgreSQL', () => {
    let name = '';
    let url = '';
    let directory = '';
    beforeEach(async () => {
      directory = mkdtempSync(join(tmpdir(), 'gateway-copy-'));
      name = `copy_${randomBytes(6).toString('hex')}`;
      url = await createDatabase(server, name);
    });
    afterEach(async () => {
      await dropDatabase(server, name);
      rmSync(directory, { recursive: true });
    });

    test.each([null, createSecretKey(randomBytes(32))])(
      'holds all that was in it, with the ids that it had, and gives none of them again (key: %s)',
      async (key) => {
        const open = (location: string): Promise<Store> => openStore(location, directory, key, surroundings);
        const own = await open('sqlite:a.db');
        await fill(own);
        const before = await readEverything(own);
        await own.close();
        await copyStore('sqlite:a.db', url, directory, key, log);
        const copy = await open(url);
        expect(await readEverything(copy)).toEqual(before);

        const { inbox, events } = await copy.openLive(LIMITS);
        const { lastId } = await events.bounds();
        await inbox.finish([], [toEvent('new')], NOW);
        expect((await events.read(lastId, 10)).map(({ id }) => id)).toEqual([lastId + 1]);
        const last = (await inbox.waiting('desk', 10)).at(-1)?.id ?? 0;
        await inbox.accept('desk', [{ key: 'again', payload: 1 }], NOW);
        expect((await inbox.waiting('desk', 10)).at(-1)?.id).toBeGreaterThan(last);
        const another = copy.messageArchive('another', 'shop');
        const page = createPage({ entries: [toEntry('new', 9)], readAt: NOW });
        expect(await another.keep(page)).toEqual({ added: 1, revised: 0 });
        expect(await another.count()).toBe(1);
        const audit = await AuditLog.open(copy.audit, SECRET, log);
        await recordEntry(audit, 9);
        const { findings } = await verifyLog(copy.audit, new AuditSeal(SECRET));
        expect(findings).toEqual([]);
        await copy.close();
      },
    );

    test('does not give an id again that was pruned before', async () => {
      const own = await openStore('sqlite:a.db', directory, null, surroundings);
      const live = await own.openLive(LIMITS);
      await live.inbox.finish([], [toEvent('a'), toEvent('b')], NOW);
      const bounds = await live.events.bounds();
      await live.events.prune(NOW + 1);
      await own.close();
      await copyStore('sqlite:a.db', url, directory, null, log);
      const copy = await openStore(url, directory, null, surroundings);
      const { inbox, events } = await copy.openLive(LIMITS);
      expect(await events.bounds()).toEqual({ prunedUpTo: bounds.lastId, lastId: bounds.lastId });
      await inbox.finish([], [toEvent('c')], NOW + 2);
      expect((await events.read(0, 10)).map(({ id }) => id)).toEqual([bounds.lastId + 1]);
      await copy.close();
    });

    test('is copied whole or not at all, and only into what is empty', async () => {
      const own = await openStore('sqlite:a.db', directory, null, surroundings);
      await fill(own);
      await own.close();
      const copy = (to = url, from = 'sqlite:a.db'): Promise<unknown> =>
        copyStore(from, to, directory, null, log);
      await (await openStore(url, directory, null, surroundings)).close();
      await runOn(url, "INSERT INTO wechat_account (account, name, value) VALUES ('a', 'b', '')");
      await expect(copy()).rejects.toThrow(
        `${name} is not empty, so nothing was copied: name a new database`,
      );
      expect(await runOn(url, 'SELECT 1 FROM inbox UNION ALL SELECT 1 FROM events')).toEqual([]);
      await runOn(url, 'DELETE FROM wechat_account');
      await copy();
      await expect(copy()).rejects.toThrow('is not empty');
      await expect(copy(url, 'sqlite:b.db')).rejects.toThrow(`there is no file ${directory}/b.db`);
      await expect(copy('sqlite:c.db')).rejects.toThrow(
        'A store can be copied from sqlite:PATH to postgres://',
      );
    });

    test('serves the same walk, and subscribers resume in it where they were', async () => {
      const sandbox = await startSandboxes({
        seed: 4,
        now: () => Date.now(),
        messages: 60,
        weComReachDays: 30,
      });
      const serve = async (store: string): Promise<{ url: string; close(): Promise<void> }> => {
        const config = parseConfig(
          // Without a secret: it is in the store.
          stringify({ store, live: { reconcileSeconds: 86_400 }, channels: sandbox.channels }),
          { source: 'a test', directory, environment: {} },
        );
        const api = await createApi(config, log);
        return { url: `${await api.start(0)}/graphql`, close: () => api.server.close() };
      };
      const push = async (to: string): Promise<string> => {
        const record = sandbox.whatsApp.add({});
        const { status } = await deliver(to, 'whatsapp', sandbox.whatsApp.pushes.clientSync([record]));
        expect(status).toBe(200);
        return sandbox.whatsApp.pushes.messageId(record);
      };

      const { knobs } = sandbox.whatsApp.server;
      const { fault } = knobs;
      // The tail would publish from the history, too; here only what was pushed is to be seen.
      knobs.fault = 'server-error';
      const first = await serve('sqlite:a.db');
      const early = subscribe<Added>(first.url, MESSAGE_ADDED);
      await early.connected;
      const pushed = [await push(first.url)];
      while (early.received.length === 0) {
        // It follows from when it has begun.
        await new Promise((resolve) => setTimeout(resolve, 20));
        pushed.push(await push(first.url));
      }
      const cursor = early.received[0]?.cursor;
      const seen = early.received[0]?.node.whatsAppMessageId ?? '';
      pushed.push(await push(first.url));
      knobs.fault = fault;
      const walked = await walkTimeline(() => first.url);
      const page = await fetchPage(first.url, { first: 50 });
      early.close();
      await first.close();

      await copyStore('sqlite:a.db', url, directory, null, log);

      const second = await serve(url);
      const rest: string[] = [];
      for (let after = page.pageInfo.endCursor; after !== null;) {
        const next = await fetchPage(second.url, { first: 50, after });
        rest.push(...next.edges.map(({ node }) => node.id));
        after = next.pageInfo.hasNextPage ? next.pageInfo.endCursor : null;
      }
      expect([...page.edges.map(({ node }) => node.id), ...rest]).toEqual(walked.map(({ id }) => id));
      knobs.fault = 'server-error';
      const late = subscribe<Added>(second.url, MESSAGE_ADDED, { after: cursor });
      const missed = pushed.slice(pushed.indexOf(seen) + 1);
      missed.push(await push(second.url));
      await late.until(missed.length);
      expect(late.errors).toEqual([]);
      expect(late.received.map(({ node }) => node.whatsAppMessageId)).toEqual(missed);
      late.close();
      await second.close();
      await sandbox.close();
    });
  });

function toEvent(key: string): NewEvent {
  return {
    type: 'status',
    channel: 'desk',
    status: { messageId: key, status: 'READ', changedAt: NOW, messageKey: null, ownFields: {} },
  };
}

const SOME_AGENT = { role: 'AGENT', nativeId: 'lin' } as const;
/** With what engines take otherwise: the end of a C string, escapes, characters of four bytes. */
const AWKWARD = ['plain', 'a \0 b', 'a \\0 b', '退款 😀', '\uFEFFx', 'quote \' " %'];

async function fill(store: Store): Promise<void> {
  await store.settings.secretOrNew();
  await store.probe.writeAndRead(NOW);
  const { inbox, events, tails } = await store.openLive(LIMITS);
  await inbox.finish([], [toEvent('pruned')], NOW - 1);
  await events.prune(NOW);
  await inbox.finish([], AWKWARD.map(toEvent), NOW);
  const use = { credential: 'c', body: 'b', expiresAt: NOW + 1 };
  await inbox.accept(
    'desk',
    AWKWARD.map((key) => ({ key, payload: { key } })),
    NOW,
    use,
  );
  const [done] = await inbox.waiting('desk', 1);
  await inbox.finish([done?.id ?? 0], [], NOW);
  await tails.begin('desk', NOW);
  await tails.keep('desk', [], NOW, { from: 1, until: NOW, cursor: 'a \0 cursor' });
  const audit = await AuditLog.open(store.audit, SECRET, log);
  for (let number = 0; number < 5; number++) await recordEntry(audit, number);
  await store.messageStream('corp', 'desk').keep({
    entries: AWKWARD.map((msgId, index) => ({
      msgId,
      sendTime: index,
      conversation: msgId,
      record: `"${index}"`,
    })),
    cursor: null,
    nextCursor: 'next',
    caughtUpAt: NOW,
  });
  await store.messageArchive('desk', 'shop').keep(
    createPage({
      entries: AWKWARD.map((key, month) => toEntry(key, month)),
      readAt: NOW,
      covers: { since: 1, until: NOW },
      progress: { job: 'backfill', position: '"a \\u0000 position"' },
    }),
  );
  const [first] = AWKWARD.map((key) => toEntry(key, 0));
  await store.messageArchive('desk', 'shop').keep(
    createPage({
      entries: first ? [{ ...first, record: '"changed"' }] : [],
      delisted: ['退款 😀'],
      readAt: NOW,
    }),
  );
  for (const key of AWKWARD) {
    await store.recalls(1_400, '@a').note(7, key, NOW, 0);
    await store.accountMemory(key).set('token', key);
    await store.ledger('desk').record([
      {
        messageId: key,
        recordedAt: NOW,
        message: { event: 'message', prefix: key },
        toDetails: () => ({ details: `"${key}"`, speaker: key }),
        profile: { customer: key, profile: `"${key}"` },
        rank: 2,
      },
    ]);
  }
}

/** A message of a month, whose terms it shares with those before it. */
function toEntry(key: string, month: number): ArchiveEntry {
  const sentAt = Date.UTC(2026, month, 20);
  const terms = AWKWARD.slice(0, month + 1);
  const customer = { role: 'CUSTOMER', nativeId: key } as const;
  return {
    ...SOME_FACTS,
    key,
    sequence: `${sentAt} \\ ${key}`,
    sentAt,
    terms,
    conversation: { key, kind: 'GROUP' },
    participants: [customer, SOME_AGENT],
    customer,
    agent: SOME_AGENT,
    record: JSON.stringify({ key }),
  };
}

async function readArchive(archive: MessageArchive): Promise<unknown> {
  const query = { order: 'DESC' as const, span: { since: 0, until: NOW * 2 }, after: null, limit: 100 };
  return {
    all: await archive.read({ ...query, terms: [] }),
    byTerm: await Promise.all(AWKWARD.map((term) => archive.read({ ...query, terms: [[term]] }))),
    byKey: await Promise.all(AWKWARD.map((key) => archive.find(key))),
    revisions: await Promise.all(AWKWARD.map((key) => archive.revisions(key))),
    coverage: await archive.coverage(),
    count: await archive.count(),
    progress: await archive.progress('backfill'),
    others: await archive.progress('none'),
  };
}

async function readIndex(index: ArchiveIndex): Promise<unknown> {
  const sources = ['desk'];
  const span = { since: 0, until: NOW * 2 };
  const page = { after: null, limit: 100 };
  return {
    conversations: await index.conversations(sources, { ...page, by: 'LAST_MESSAGE_AT', order: 'DESC' }),
    participants: await index.participants(sources, page),
    stats: await index.stats(sources, span, { by: 'AGENT' }),
    moves: await index.moves(sources, span, null, 100),
    changes: await index.changedSince(sources, 0, 100),
  };
}

/** By the ports, as the program would read it. */
async function readEverything(store: Store): Promise<unknown> {
  const { inbox, events, tails } = await store.openLive(LIMITS);
  const stream = store.messageStream('corp', 'desk');
  const places = await stream.places('ASC', { sendTime: -1, rank: -1 }, 100, null);
  const ledger = store.ledger('desk');
  const keys = AWKWARD.map((prefix) => ({ prefix, ordinal: 0 }));
  const published: LiveEvent[] = await events.read(0, 100);
  return {
    secret: (await store.settings.secret())?.toString('hex'),
    log: [events.name, await events.bounds(), await events.forgottenBefore(), published],
    inbox: [await inbox.backlog(), await inbox.waiting('desk', 100)],
    repeated: await inbox.accept(
      'desk',
      AWKWARD.map((key) => ({ key, payload: 1 })),
      NOW,
    ),
    waiting: (await inbox.waiting('desk', 100)).length,
    tail: await tails.find('desk'),
    audit: [await store.audit.strands(), await store.audit.end(), await toArray(store.audit.rows(1))],
    stream: [await stream.progress(), places, await stream.records(places)],
    byMsgId: await Promise.all(AWKWARD.map((key) => stream.placeOf(key))),
    archive: await readArchive(store.messageArchive('desk', 'shop')),
    index: await readIndex(store.archiveIndex()),
    recalls: (await store.recalls(1_400, '@a').keys()).sort(),
    accounts: await Promise.all(AWKWARD.map((key) => store.accountMemory(key).get('token'))),
    ledger: await ledger.find(keys),
    speakers: await Promise.all(AWKWARD.map((key) => ledger.hasSpeaker(key))),
    profiles: await Promise.all(AWKWARD.map((key) => ledger.profile(key))),
  };
}
