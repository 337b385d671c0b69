import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { request, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { openDatabase, type Database } from '../../../src/store/sqlite/database.ts';
import { deliver, type Delivery } from '../../support/deliver.ts';
import { createGatewayWorld, type GatewayWorld } from '../../support/gateway-world.ts';
import { createMemoryLog } from '../../support/memory-log.ts';
import { waitUntil } from '../../support/wait-until.ts';
import { openWithWriter } from '../../support/writer-of.ts';

const AT_ONCE = 40;

let directory = '';
let world: GatewayWorld;
/** The gateway's own. */
let writer: Database;
/** Another connection, which sees what is committed. */
let other: Database;
let memory: ReturnType<typeof createMemoryLog>;
beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'gateway-groups-'));
  const file = join(directory, 'gateway.db');
  memory = createMemoryLog();
  [world, writer] = await openWithWriter(() =>
    createGatewayWorld({
      store: `sqlite:${file}`,
      messages: 3,
      live: { reconcileSeconds: 3600 },
      log: memory.log,
    }),
  );
  other = openDatabase(file, 'FULL');
});
afterEach(async () => {
  vi.restoreAllMocks();
  other.close();
  await world.close();
  rmSync(directory, { recursive: true });
});

function createDeliveries(): { id: string; delivery: Delivery }[] {
  const { pushes } = world.sandbox.whatsApp;
  return Array.from({ length: AT_ONCE }, () => {
    const record = world.sandbox.whatsApp.add({});
    return { id: pushes.messageId(record), delivery: pushes.clientSync([record]) };
  });
}

function count(sql: string, ...values: string[]): number {
  return Number(other.prepare(`SELECT COUNT(*) AS count FROM ${sql}`).get(...values)?.['count']);
}

async function deliverAll(deliveries: readonly { delivery: Delivery }[]): Promise<number[]> {
  const answers = await Promise.all(
    deliveries.map(async ({ delivery }) => (await deliver(world.url, 'whatsapp', delivery)).status),
  );
  return answers;
}

/** All of them have arrived but for their last byte, and then that comes, of all at once. @returns as each is answered */
async function deliverTogether(requests: readonly Delivery[]): Promise<Promise<number | undefined>[]> {
  const { server } = world.server;
  const sent = await Promise.all(
    requests.map(async ({ event, headers, body }) => {
      const sending = request(new URL(`/webhooks/whatsapp/${event}`, world.url), {
        method: 'POST',
        headers: { ...headers, 'content-length': Buffer.byteLength(body) },
        agent: false,
      });
      const answered = once(sending, 'response').then((args) => {
        const [response] = args as [IncomingMessage];
        response.resume();
        return response.statusCode;
      });
      await new Promise<void>((resolve) => {
        sending.write(body.slice(0, -1), () => {
          resolve();
        });
      });
      return { sending, last: body.slice(-1), answered };
    }),
  );
  // The server takes one new connection a turn.
  await waitUntil(async () => (await promisify(server.getConnections.bind(server))()) === requests.length);
  for (const { sending, last } of sent) sending.end(last);
  return sent.map(({ answered }) => answered);
}

function published(): Promise<void> {
  return waitUntil(() => count('events') === AT_ONCE && count('inbox WHERE is_done = 0') === 0);
}

const all = (status: number): number[] => Array.from({ length: AT_ONCE }, () => status);

test('deliveries that arrive together take far fewer transactions than they are, and each is committed when its answer comes', async () => {
  const deliveries = createDeliveries();
  const exec = vi.spyOn(writer, 'exec');
  const answers = await deliverTogether(deliveries.map(({ delivery }) => delivery));
  const seen = await Promise.all(
    answers.map(async (answer, index) => [
      await answer,
      count('inbox WHERE key = ?', `client:${deliveries[index]?.id ?? ''}`),
    ]),
  );
  expect(seen).toEqual(Array.from({ length: AT_ONCE }, () => [200, 1]));
  await published();
  const commits = exec.mock.calls.filter(([sql]) => sql === 'COMMIT');
  // One at a time it would be two for each delivery: its own, and that of what follows from it.
  expect(commits.length).toBeLessThanOrEqual(AT_ONCE / 4);
});

test('one delivery whose row cannot be written gets 503, and the others are accepted', async () => {
  const deliveries = createDeliveries();
  const bad = deliveries[7];
  writer.exec(`CREATE TRIGGER refuse BEFORE INSERT ON inbox WHEN new.key = 'client:${bad?.id ?? ''}'
    BEGIN SELECT RAISE(ABORT, 'no such row'); END`);
  expect(await deliverAll(deliveries)).toEqual(all(200).with(7, 503));
  expect(count('inbox')).toBe(AT_ONCE - 1);
  // Neither its items nor the use of its credential.
  expect(count('credential_uses')).toBe(AT_ONCE - 1);
  writer.exec('DROP TRIGGER refuse');
  expect(await deliverAll(deliveries)).toEqual(all(200));
  await published();
});

test('when the commit fails, each delivery is told to come again, and is accepted then', async () => {
  const deliveries = createDeliveries();
  const database = writer;
  database.exec(`
    CREATE TABLE parents (id INTEGER PRIMARY KEY);
    CREATE TABLE children (parent INTEGER REFERENCES parents DEFERRABLE INITIALLY DEFERRED);
    CREATE TRIGGER orphans AFTER INSERT ON inbox BEGIN INSERT INTO children VALUES (1); END;
  `);
  const [first] = deliveries;
  const { headers = {}, body = '' } = first?.delivery ?? {};
  const answer = await fetch(new URL('/webhooks/whatsapp/client-sync-message', world.url), {
    method: 'POST',
    headers,
    body,
  });
  expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '10']);
  expect(await deliverAll(deliveries)).toEqual(all(503));
  expect([count('inbox'), count('credential_uses')]).toEqual([0, 0]);
  const messages = memory.lines().map(({ msg }) => msg);
  expect(messages).toContain('A delivery could not be stored');
  expect(messages).not.toContain('A delivery was accepted');
  database.exec('DROP TRIGGER orphans');
  expect(await deliverAll(deliveries)).toEqual(all(200));
  await published();
});

test('when the disk is full, deliveries are told to come again, and none that was accepted is lost', async () => {
  const deliveries = createDeliveries();
  const database = writer;
  const { page_count: pages } = database.prepare('PRAGMA page_count').get() ?? {};
  database.exec(`PRAGMA max_page_count = ${Number(pages) + 2}`);
  const answers = await deliverAll(deliveries);
  expect(new Set(answers)).toContain(503);
  expect(count('inbox')).toBe(answers.filter((status) => status === 200).length);
  database.exec('PRAGMA max_page_count = 1000000');
  expect(await deliverAll(deliveries)).toEqual(all(200));
  await published();
});

test('a delivery that was committed and not answered is not doubled when it comes again', async () => {
  const deliveries = createDeliveries();
  const abort = new AbortController();
  const sent = deliveries.map(({ delivery: { headers, body } }) =>
    fetch(new URL('/webhooks/whatsapp/client-sync-message', world.url), {
      method: 'POST',
      headers,
      body,
      signal: abort.signal,
    }),
  );
  const exec = writer.exec.bind(writer);
  vi.spyOn(writer, 'exec').mockImplementation((sql) => {
    exec(sql);
    if (sql === 'COMMIT') abort.abort();
  });
  expect(new Set((await Promise.allSettled(sent)).map(({ status }) => status))).toContain('rejected');
  await waitUntil(() => count('inbox') > 0);
  await world.restart();
  expect(await deliverAll(deliveries)).toEqual(all(200));
  await published();
  expect(count('inbox')).toBe(AT_ONCE);
});

test('a delivery is logged as accepted once it is on disk, and not before', async () => {
  const { whatsApp } = world.sandbox;
  const accepted = (): unknown[] => memory.lines().filter(({ msg }) => msg === 'A delivery was accepted');
  const request = whatsApp.pushes.msgSync([whatsApp.add({})]);
  // Another process writes, and does not end.
  other.exec('BEGIN IMMEDIATE');
  expect((await deliver(world.url, 'whatsapp', request)).status).toBe(503);
  expect(accepted()).toEqual([]);
  other.exec('ROLLBACK');
  expect((await deliver(world.url, 'whatsapp', request)).status).toBe(200);
  expect(accepted()).toHaveLength(1);
});
