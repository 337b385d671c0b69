import { createSecretKey, randomBytes, type KeyObject } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { AuditLog } from '../../src/audit/audit-log.ts';
import { rowsByTime } from '../../src/audit/by-time.ts';
import { AuditSeal } from '../../src/audit/seal.ts';
import { verifyLog, type AuditReport } from '../../src/audit/verify.ts';
import { Random } from '../../src/sandbox/random.ts';
import { startSandboxes } from '../../src/sandbox/start.ts';
import { openStore } from '../../src/store/open-store.ts';
import { migrate } from '../../src/store/postgres/migrate.ts';
import { POSTGRES_MIGRATIONS, type Migration } from '../../src/store/postgres/migrations/index.ts';
import { createPostgresVault } from '../../src/store/postgres/vault.ts';
import type { Store } from '../../src/store/store.ts';
import { systemClock } from '../../src/util/clock.ts';
import { makeEarlierLog } from '../audit/earlier-log.ts';
import { createEntry, recordEntry } from '../audit/entries.ts';
import { describeDamage } from '../audit/describe-damage.ts';
import { createCommitCutter } from '../support/commit-cutter.ts';
import { runProgram, startGateway, type GatewayProcess } from '../support/gateway-process.ts';
import { createDatabase, dropDatabase, runOn } from '../support/postgres.ts';
import { toArray } from '../support/to-array.ts';
import { waitUntil } from '../support/wait-until.ts';

const REPLICAS = 3;
/** The long campaign sets it to 100. */
const KILLS = Number(process.env['AUDIT_KILLS'] ?? 6);
const SEED = Number(process.env['SEED'] ?? Date.now() % 1_000_000);
const READERS = 6;
const SECRET = Buffer.alloc(32, 7);
const silent = pino({ enabled: false });

const server = process.env['POSTGRES_URL'] ?? '';
let name = '';
let url = '';
beforeEach(async () => {
  name = `audit_${randomBytes(6).toString('hex')}`;
  url = await createDatabase(server, name);
});
afterEach(async () => {
  await dropDatabase(server, name);
});

function open(location = url, key: KeyObject | null = null): Promise<Store> {
  return openStore(location, '.', key, { clock: systemClock, log: silent });
}

function verify(store: Store): Promise<AuditReport> {
  return store.audit.change((log) => verifyLog(log, new AuditSeal(SECRET)));
}

for (const key of [null, createSecretKey(randomBytes(32))])
  describeDamage({
    name: key === null ? 'PostgreSQL' : 'encrypted PostgreSQL',
    open: () => open(url, key),
    run: (sql) => runOn(url, sql),
  });

test('a log that an earlier version wrote is verified, listed and continued', async () => {
  const client = await createEarlierStore();
  await writeEarlierLog(client, 200);
  await client.end();
  const store = await open();
  expect((await verify(store)).findings).toEqual([]);
  const audit = await AuditLog.open(store.audit, SECRET, silent);
  await recordEntry(audit, 202);
  const { findings, heads } = await verify(store);
  expect([findings, heads.map(({ strand, seq }) => [strand, seq])]).toEqual([
    [],
    [
      [0, 200],
      [1, 1],
    ],
  ]);
  const listed = await toArray(rowsByTime(store.audit, { since: null, until: null, caller: 'bi' }));
  expect(listed).toHaveLength(101);
  await store.close();
});

test('what a gateway of an earlier version is about to commit while the store is migrated, is in the log', async () => {
  const client = await createEarlierStore();
  await writeEarlierLog(client, 10);
  // It writes its next record.
  await client.query('BEGIN; DELETE FROM audit; DELETE FROM audit_callers; DELETE FROM audit_marks');
  await writeEarlierLog(client, 11);
  const opening = open();
  const waiting = `SELECT 1 FROM pg_stat_activity WHERE datname = '${name}' AND wait_event_type = 'Lock'`;
  await waitUntil(async () => (await runOn(url, waiting)).length > 0);
  await client.query('COMMIT');
  await client.end();
  const store = await opening;
  expect(await verify(store)).toMatchObject({ count: 11, findings: [] });
  await store.close();
});

/** @returns connected to a store that has no strands yet */
async function createEarlierStore(): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const migrations = POSTGRES_MIGRATIONS.slice(0, POSTGRES_MIGRATIONS.findIndex(isOfStrands));
  await migrate(client, { store: name, vault: createPostgresVault(null), hasKey: false, migrations });
  return client;
}

async function writeEarlierLog(client: pg.Client, count: number): Promise<void> {
  const { rows, marks } = makeEarlierLog(SECRET, count);
  for (const { name: mark, seq, hash, seal } of marks)
    await client.query('INSERT INTO audit_marks VALUES ($1, $2, $3, $4)', [mark, seq, hash, seal]);
  for (const { seq, at, caller, body, previous, hash } of rows) {
    const values = [seq, at, caller, Buffer.from(body), previous, hash];
    await client.query('INSERT INTO audit VALUES ($1, $2, $3, $4, $5, $6)', values);
    await client.query('INSERT INTO audit_callers VALUES ($1, $2) ON CONFLICT DO NOTHING', [
      caller,
      Math.floor(seq / 128),
    ]);
  }
}

function isOfStrands({ change }: Migration): boolean {
  return change.includes('CREATE TABLE audit_strands');
}

test('a record is written once, though the answer to its COMMIT gets lost', async () => {
  const cutter = await createCommitCutter(url);
  const store = await open(cutter.url);
  const audit = await AuditLog.open(store.audit, SECRET, silent);
  for (let number = 1; number <= 10; number++) {
    cutter.cutNext();
    const entry = createEntry(number);
    const readers = ['a', 'b', 'c'].map((caller) => ({ ...entry, caller }));
    await Promise.all(readers.map((reader) => audit.record(entry, reader)));
  }
  const { findings, heads } = await verify(store);
  // The first COMMIT was the one that opened the strand.
  expect([findings, heads.map(({ strand, seq }) => [strand, seq])]).toEqual([[], [[1, 10]]]);
  expect(await store.audit.callersNear(1, 1)).toEqual(new Set(['a', 'b', 'c']));
  await store.close();
  await cutter.close();
});

test('a gateway that is writing its records keeps no other waiting', async () => {
  const stores = await Promise.all([open(), open()]);
  const [stuck, free] = await Promise.all(stores.map(({ audit }) => AuditLog.open(audit, SECRET, silent)));
  if (!stuck || !free) return expect.unreachable();
  await recordEntry(stuck, 1);
  await recordEntry(free, 2);
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query('BEGIN; SELECT 1 FROM audit_strands WHERE id = 1 FOR UPDATE');
  let isWritten = false;
  const writing = recordEntry(stuck, 3).then(() => {
    isWritten = true;
  });
  for (let number = 4; number < 24; number++) await recordEntry(free, number);
  expect(isWritten).toBe(false);
  await client.query('COMMIT');
  await client.end();
  await writing;
  expect((await verify(stores[0])).findings).toEqual([]);
  await Promise.all(stores.map((store) => store.close()));
});

test('a gateway that stops in the midst of opening a strand, or of pruning, keeps those waiting only that open one', async () => {
  const stores = await Promise.all([open(), open()]);
  const [running, late] = await Promise.all(stores.map(({ audit }) => AuditLog.open(audit, SECRET, silent)));
  if (!running || !late) return expect.unreachable();
  await recordEntry(running, 1);
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query("BEGIN; UPDATE topics SET version = version + 1 WHERE name = 'audit'");
  let isOpened = false;
  const opening = recordEntry(late, 2).then(() => {
    isOpened = true;
  });
  for (let number = 3; number < 23; number++) await recordEntry(running, number);
  // Nothing is as old.
  expect([await running.prune(createEntry(1).at), isOpened]).toEqual([false, false]);
  await client.query('COMMIT');
  await client.end();
  await opening;
  expect(await verify(stores[0])).toMatchObject({ count: 22, findings: [] });
  await Promise.all(stores.map((store) => store.close()));
});

test('records are pruned while others are added to the same strand', async () => {
  const stores = await Promise.all([open(), open()]);
  const [writing, pruning] = await Promise.all(
    stores.map(({ audit }) => AuditLog.open(audit, SECRET, silent)),
  );
  if (!writing || !pruning) return expect.unreachable();
  const total = 500;
  for (let number = 0; number < total; number += 10) {
    const written = Array.from({ length: 10 }, (_, index) => recordEntry(writing, number + index));
    await Promise.all([pruning.prune(createEntry(number).at), ...written]);
  }
  const { count, pruned, findings } = await verify(stores[0]);
  expect([findings, count + pruned]).toEqual([[], total]);
  expect(pruned).toBeGreaterThan(0);
  await Promise.all(stores.map((store) => store.close()));
});

test(
  `three replicas of which one is killed at any moment, ${KILLS} times, leave an intact log with every read that was answered`,
  async () => {
    console.info(`seed ${SEED}`);
    const random = new Random(SEED);
    const directory = mkdtempSync(join(tmpdir(), 'gateway-audit-'));
    const sandbox = await startSandboxes({ seed: 1, now: () => Date.now(), messages: 20, only: ['shop'] });
    const config = join(directory, 'gateway.yaml');
    const secret = SECRET.toString('base64');
    writeFileSync(config, stringify({ store: url, secret, channels: sandbox.channels }));
    const replicas = new Set<GatewayProcess>();
    /** As a supervisor does: on a busy machine the server may not answer in time. */
    const start = async (attempts = 5): Promise<void> => {
      try {
        replicas.add(
          await startGateway(['serve', '--config', config, '--port', '0'], { LOG_LEVEL: 'fatal' }),
        );
      } catch (error) {
        if (attempts === 1) throw error;
        await start(attempts - 1);
      }
    };
    const answered: string[] = [];
    const read = async (): Promise<void> => {
      const replica = [...replicas][random.between(0, replicas.size - 1)];
      if (!replica) return;
      try {
        const response = await fetch(replica.url, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ query: '{ messages(first: 3) { nodes { id } } }' }),
        });
        const { errors } = (await response.json()) as { errors?: unknown };
        if (!errors) answered.push(response.headers.get('x-request-id') ?? '');
      } catch {
        // It was killed meanwhile; the client would ask another one.
        await sleep(20);
      }
    };
    try {
      await Promise.all(Array.from({ length: REPLICAS }, () => start()));
      const reading = { isOver: false };
      const readers = Array.from({ length: READERS }, async () => {
        while (!reading.isOver) await read();
      });
      for (let kill = 0; kill < KILLS; kill++) {
        const before = answered.length;
        await waitUntil(() => answered.length > before + 30);
        await sleep(random.between(0, 100));
        const killed = [...replicas][random.between(0, replicas.size - 1)];
        if (!killed) return expect.unreachable();
        replicas.delete(killed);
        await killed.stop('SIGKILL');
        await start();
      }
      reading.isOver = true;
      await Promise.all(readers);
      const verified = await runProgram(['audit', 'verify', '--config', config]);
      expect([verified.code, verified.stdout]).toEqual([
        0,
        expect.stringMatching(/^The audit log is intact: \d+ records in \d+ strands\.\n$/),
      ]);
      const shown = await runProgram(['audit', 'show', '--config', config]);
      const entries = shown.stdout
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as { requestId: string; strand: number; at: string });
      const recorded = new Set(entries.map(({ requestId }) => requestId));
      expect(answered.filter((id) => !recorded.has(id))).toEqual([]);
      expect(entries).toHaveLength(recorded.size);
      const strands = new Set(entries.map(({ strand }) => strand)).size;
      console.info(
        `${KILLS} kills, ${answered.length} reads answered, ${entries.length} recorded, ${strands} strands`,
      );
    } finally {
      await Promise.all([...replicas].map((replica) => replica.stop('SIGKILL')));
      await sandbox.close();
      rmSync(directory, { recursive: true });
    }
  },
  Math.max(600_000, KILLS * 30_000),
);
