import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startSandboxes, type Sandboxes } from '../../src/sandbox/start.ts';
import { createCommitCutter, type CommitCutter } from '../support/commit-cutter.ts';
import { deliver } from '../support/deliver.ts';
import { Follower } from '../support/follower.ts';
import { noteLeaseHolders, readLeaseHolder } from '../support/lease-holders.ts';
import { createDatabase, dropDatabase, runOn } from '../support/postgres.ts';
import { Replicas, type Replica } from '../support/replicas.ts';
import { toLoadSettings } from '../support/service-load.ts';
import { waitUntil } from '../support/wait-until.ts';

const REPLICAS = 3;
/** Of each kind; the campaign sets it to 20. */
const KILLS = Number(process.env['KILLS'] ?? 1);
/** A machine that stalls makes events late: so must they be in each of so many attempts. The campaign allows one. */
const ATTEMPTS = Number(process.env['ATTEMPTS'] ?? 3);
/** From the COMMIT until subscribers of other replicas see the event: the second that is promised, and 200 ms for processes that share a core. */
const SEEN_WITHIN_MS = 1_200;
const LEASE = 'inbox:whatsapp';
/** By what the transaction runs: of the replica that gets the delivery, or of the one that publishes its event. */
const STATEMENTS = { accepted: 'INSERT INTO inbox', published: 'append_events' };

const server = process.env['POSTGRES_URL'] ?? '';
let name = '';
let url = '';
let sandbox: Sandboxes;
let replicas: Replicas;
/** By replica: its own way to the database. */
const cutters = new Map<string, CommitCutter>();
let followers: Follower[] = [];
beforeEach(async () => {
  name = `writer_${randomBytes(6).toString('hex')}`;
  url = await createDatabase(server, name);
  sandbox = await startSandboxes({ seed: 1, now: () => Date.now(), messages: 5, only: ['whatsapp'] });
  replicas = new Replicas(toLoadSettings(sandbox));
  await start();
  await noteLeaseHolders(url);
  while (replicas.all.length < REPLICAS) await start();
});
afterEach(async () => {
  for (const follower of followers.splice(0)) follower.close();
  await replicas.close();
  await Promise.all([...cutters.values()].map((cutter) => cutter.close()));
  cutters.clear();
  await sandbox.close();
  await dropDatabase(server, name);
});

async function start(): Promise<void> {
  const cutter = await createCommitCutter(url);
  const { name } = await replicas.start(cutter.url);
  cutters.set(name, cutter);
}

/** What a provider delivers, as often as it likes. */
function createDelivery(): { id: string; send: (replica: Replica | undefined) => Promise<number | null> } {
  const { pushes } = sandbox.whatsApp;
  const record = sandbox.whatsApp.add({});
  const delivery = pushes.clientSync([record]);
  return {
    id: pushes.messageId(record),
    // Null: the connection broke.
    send: (replica) =>
      deliver(replica?.url ?? '', 'whatsapp', delivery).then(
        ({ status }) => status,
        () => null,
      ),
  };
}

/** @returns the replica that a COMMIT is cut of, and the others */
async function choose(kind: keyof typeof STATEMENTS): Promise<[target: Replica, others: Replica[]]> {
  let holder = '';
  await waitUntil(async () => {
    holder = (await readLeaseHolder(url, LEASE))?.replica ?? '';
    return replicas.all.some(({ name }) => name === holder);
  });
  const target = replicas.all.find(({ name }) => (name === holder) === (kind === 'published'));
  if (!target) return expect.unreachable();
  return [target, replicas.all.filter((replica) => replica !== target)];
}

async function untilAllHaveSeen(id: string): Promise<void> {
  await waitUntil(() => {
    for (const follower of followers) follower.collect();
    return followers.every(({ seen }) => seen.includes(id));
  });
}

/** Once its subscriptions have begun. @returns the id of a message that all of them have seen */
async function follow(others: readonly Replica[]): Promise<string> {
  for (const follower of followers) follower.close();
  followers = others.map((replica) => new Follower(() => replica.url));
  let last = '';
  await waitUntil(async () => {
    const { id, send } = createDelivery();
    expect(await send(others[0])).toBe(200);
    last = id;
    for (const follower of followers) follower.collect();
    return followers.every(({ seen }) => seen.length > 0);
  });
  await untilAllHaveSeen(last);
  return last;
}

/** @returns how long after the COMMIT all subscribers of other replicas have seen the event, in ms */
async function killAfterCommit(kind: keyof typeof STATEMENTS): Promise<number> {
  const [target, others] = await choose(kind);
  const [other, another] = others;
  const last = await follow(others);
  const cutter = cutters.get(target.name);
  if (!cutter) return expect.unreachable();
  cutter.cutNext(STATEMENTS[kind]);
  const { id, send } = createDelivery();
  const sending = send(kind === 'accepted' ? target : other);
  await cutter.untilCut();
  const committedAt = performance.now();
  // It must not get another connection, by which it would learn what it has committed.
  const killing = Promise.all([cutter.close(), replicas.kill(target)]);
  await untilAllHaveSeen(id);
  const took = Math.round(performance.now() - committedAt);
  await killing;
  expect(await sending).toBe(kind === 'accepted' ? null : 200);

  expect(await send(another)).toBe(200);
  const next = createDelivery();
  expect(await next.send(another)).toBe(200);
  await untilAllHaveSeen(next.id);
  for (const { seen, refusals } of followers)
    expect([seen.slice(seen.indexOf(last)), refusals]).toEqual([[last, id, next.id], []]);
  await start();
  return took;
}

test.each(['accepted', 'published'] as const)(
  `%s: what a replica has committed when it dies, without an answer from the database, ${KILLS} times, subscribers of others see once, within ${SEEN_WITHIN_MS} ms, also when it is delivered again`,
  async (kind) => {
    const times: number[] = [];
    for (let kill = 0; kill < KILLS; kill++) {
      let took = Infinity;
      for (let attempt = 0; took > SEEN_WITHIN_MS && attempt < ATTEMPTS; attempt++)
        took = await killAfterCommit(kind);
      times.push(took);
    }
    console.info(`${kind}: seen after ${times.sort((a, b) => a - b).join(' ')} ms`);
    expect(times.filter((took) => took > SEEN_WITHIN_MS)).toEqual([]);
    const [row] = await runOn(url, 'SELECT count(*), count(DISTINCT key) AS distinct FROM events');
    expect(row?.['count']).toBe(row?.['distinct']);
  },
  Math.max(120_000, KILLS * ATTEMPTS * 60_000),
);
