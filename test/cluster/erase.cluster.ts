import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from '@redis/client';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { isErrno } from '../../src/util/errno.ts';
import { expectErased } from '../support/erasure-suite.ts';
import { countPacked, withReadableRecord } from '../support/packed-records.ts';
import { findCanaries } from '../support/planted-canaries.ts';
import { findPostgres, runOn, startPostgres, type PostgresServer } from '../support/postgres.ts';
import { startRedis, type RedisServer } from '../support/redis.ts';

/** The campaign plants a thousand. */
const CANARIES = Number(process.env['CANARIES'] ?? 25);

let server: PostgresServer;
let redis: RedisServer;
const bin = findPostgres() ?? '';
const dumps = mkdtempSync(join(tmpdir(), 'gateway-erase-dumps-'));
beforeAll(async () => {
  [server, redis] = await Promise.all([startPostgres(bin), startRedis()]);
});
afterAll(async () => {
  await Promise.all([server.remove(), redis.kill()]);
  rmSync(dumps, { recursive: true });
});

async function read(text: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: server.url });
  await client.connect();
  try {
    const { rows } = await client.query<Record<string, unknown>>(text);
    return rows.map(withReadableRecord);
  } finally {
    await client.end();
  }
}

/** What Redis holds, as a file. */
async function dumpRedis(file: string): Promise<void> {
  const client = createClient({ url: redis.url });
  await client.connect();
  const lines: string[] = [];
  for await (const names of client.scanIterator())
    for (const name of names) lines.push(name, (await client.get(name)) ?? '');
  writeFileSync(file, lines.join('\n'));
  client.destroy();
}

/** Directories of the server's tables: apart from the log, all of its files. */
function places(): string[] {
  const base = join(server.directory, 'data', 'base');
  return readdirSync(base)
    .map((name) => join(base, name))
    .filter((place) => existsSync(place) && statSync(place).isDirectory());
}

/** All tables and what Redis has, and the files of the server. */
async function search(canaries: readonly string[]): Promise<string[]> {
  execFileSync(join(bin, 'pg_dump'), [`--file=${join(dumps, 'dump.sql')}`, server.url]);
  await dumpRedis(join(dumps, 'redis'));
  await runOn(server.url, 'CHECKPOINT');
  return [dumps, ...places()].flatMap((place) => whileFilesGo(() => findCanaries(place, canaries)));
}

function countInFiles(records: readonly string[]): number {
  return whileFilesGo(() => {
    const files = places().flatMap((place) => readdirSync(place).map((name) => join(place, name)));
    return countPacked(files, records);
  });
}

/** The server removes files while they are read: then what is there is looked through again. */
function whileFilesGo<T>(look: () => T): T {
  for (;;) {
    try {
      return look();
    } catch (error) {
      if (!isErrno(error, 'ENOENT')) throw error;
    }
  }
}

test(`${CANARIES} canaries of a person are in no table, no file of the server and not in Redis after it was erased`, async () => {
  expect(bin).not.toBe('');
  await expectErased(
    {
      settings: { store: server.url, redis: redis.gatewayUrl },
      read: (_directory, text) => read(text),
      search: (_directory, canaries) => search(canaries),
      countPacked: (_directory, records) => countInFiles(records),
      isReadable: true,
      args: ['--rewrite'],
    },
    CANARIES,
  );
});
