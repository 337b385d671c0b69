import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { GlobalIdCodec } from '../../src/gateway/global-id.ts';
import { openStore } from '../../src/store/open-store.ts';
import { systemClock } from '../../src/util/clock.ts';
import { Sealer } from '../../src/util/sealing.ts';
import { SOME_FACTS } from '../support/archive-entry.ts';
import { runProgram, startGateway } from '../support/gateway-process.ts';
import { createStoreSettings, openTestLocation } from '../support/test-store.ts';

const directory = mkdtempSync(join(tmpdir(), 'gateway-compliance-'));
afterAll(() => {
  rmSync(directory, { recursive: true });
});

const SURROUNDINGS = { clock: systemClock, log: pino({ enabled: false }) };
const secret = randomBytes(32);
const config = join(directory, 'gateway.yaml');
const channels = [
  { name: 'corp', provider: 'WECOM', corpId: 'x', secret: 'y' },
  { name: 'other', provider: 'WECOM', corpId: 'z', secret: 'y' },
];
beforeAll(async () => {
  const store = await createStoreSettings('sqlite:./gateway.db');
  writeFileSync(config, stringify({ ...store, secret: secret.toString('base64'), channels }));
});

const run = (...args: string[]): ReturnType<typeof runProgram> => runProgram([...args, '--config', config]);
const lines = (stdout: string): unknown[] =>
  stdout
    .split('\n')
    .slice(0, -1)
    .map((line): unknown => JSON.parse(line));
const TIME = expect.stringMatching(/^\d{4}-.*Z$/) as unknown;

test('holds are placed, listed and released beside a gateway, and each of these is audited', async () => {
  const gateway = await startGateway(['serve', '--config', config, '--port', '0'], { LOG_LEVEL: 'error' });
  const conversation = new GlobalIdCodec(new Sealer(secret, 'global ids')).encode({
    type: 'Conversation',
    channel: 'corp',
    key: 'group:1',
  });
  const open = { channel: null, participant: null, conversationKey: null, since: null, until: null };
  const first = {
    ...open,
    id: 1,
    reason: 'case 12',
    placedAt: TIME,
    releasedAt: null,
    channel: 'corp',
    participant: { role: 'CUSTOMER', nativeId: 'wmANNA' },
  };
  const second = {
    ...open,
    id: 2,
    reason: 'case 13',
    placedAt: TIME,
    releasedAt: null,
    channel: 'corp',
    conversationKey: 'group:1',
    since: '2026-01-01T00:00:00.000Z',
  };
  const added = await run('hold', 'add', '--reason', 'case 12', '--participant', 'corp:wmANNA');
  expect([added.code, added.stderr, lines(added.stdout)]).toEqual([0, '', [first]]);
  const another = await run(
    ...['hold', 'add', '--reason', 'case 13', '--conversation', conversation],
    ...['--since', '2026-01-01T00:00:00Z'],
  );
  expect([another.code, another.stderr, lines(another.stdout)]).toEqual([0, '', [second]]);
  const released = await run('hold', 'release', '1');
  expect(lines(released.stdout)).toEqual([{ ...first, releasedAt: TIME }]);
  const listed = await run('hold', 'list');
  expect(lines(listed.stdout)).toEqual([{ ...first, releasedAt: TIME }, second]);
  const again = await run('hold', 'release', '1');
  expect([again.code, again.stderr]).toEqual([
    1,
    'The store has a problem:\n  - there is no hold 1 that still holds\n',
  ]);
  expect(await gateway.stop('SIGTERM')).toBe(0);
  expect((await run('audit', 'verify')).stdout).toMatch(/^The audit log is intact: 6 records/);
  const shown = lines((await run('audit', 'show')).stdout);
  // What is begun is recorded first, and what is done with the number of the hold.
  expect(shown).toMatchObject(
    [
      { field: 'hold add' },
      { field: 'hold add done', subject: '1' },
      { field: 'hold add' },
      { field: 'hold add done', subject: '2' },
      { field: 'hold release', subject: '1' },
      { field: 'hold release done', subject: '1' },
    ].map((record) => ({ ...record, caller: 'operator', channels: ['corp'], count: 1 })),
  );
  expect(JSON.stringify(shown)).not.toMatch(/case|ANNA|group/);
});

test.each([
  [['--channel', 'nowhere'], /none has the name "nowhere"/],
  [['--participant', 'nowhere'], /It must be a channel, a colon and an id/],
  [['--participant', 'corp:x', '--channel', 'other'], /it names several channels/],
  [['--conversation', 'x'], /is not the id of a conversation of this gateway/],
  [['--since', '2026-02-01T00:00:00Z', '--until', '2026-01-01T00:00:00Z'], /must be before --until/],
])('a hold that cannot be is refused in words: %j', async (args, problem) => {
  const { code, stderr } = await run('hold', 'add', '--reason', 'x', ...args);
  expect([code, stderr]).toEqual([1, expect.stringMatching(problem)]);
});

/** A store of its own with what two archives keep: of a channel of `corp`, and of one that the configuration no longer has. */
async function createKept(...names: string[]): Promise<string> {
  const own = mkdtempSync(join(directory, 'kept-'));
  const settings = await createStoreSettings(`sqlite:${join(own, 'gateway.db')}`);
  const file = join(own, 'gateway.yaml');
  const twin = { name: 'twin', provider: 'WECOM', corpId: 'x', secret: 'w' };
  writeFileSync(
    file,
    stringify({ ...settings, secret: secret.toString('base64'), channels: [...channels, twin] }),
  );
  const location = typeof settings.store === 'string' ? settings.store : settings.store.location;
  const store = await openTestLocation(location);
  await store.openLive({ maxInboxItems: 9, maxChannelInboxItems: 9 });
  const page = { delisted: [], readAt: 0, covers: null, progress: null };
  for (const name of names) {
    const entry = { ...SOME_FACTS, key: 'm', sequence: 's', sentAt: 1, terms: [], record: '{}' };
    await store.messageArchive(name, name).keep({ ...page, entries: [entry] });
  }
  await store.close();
  return file;
}

const runOf = (file: string, ...args: string[]): ReturnType<typeof runProgram> =>
  runProgram([...args, '--config', file]);

test('an id of which nothing is known is said to be so, and erased without being called so, once', async () => {
  const file = await createKept();
  const nothing = 'corp:\n  nothing\ntwin:\n  nothing\n';
  const asked = 'Nothing was found of this id: is it the one that messages show?\n';
  const erase = (...args: string[]): ReturnType<typeof runProgram> =>
    runOf(file, 'erase', '--participant', 'corp:wmTYPO', ...args);
  expect(await erase('--dry-run')).toMatchObject({ code: 2, stdout: nothing + asked });
  expect(await erase('--yes')).toMatchObject({
    code: 2,
    stdout: `${nothing}${asked}The id is hidden from now on, should a provider list it.\n`,
  });
  // Like one that was killed when all was done but the end.
  const again = await erase('--yes');
  expect([again.code, again.stdout]).toEqual([0, expect.stringMatching(/^corp:[^?]*\nErased\. /)]);
  const records = lines((await runOf(file, 'audit', 'show')).stdout) as { subject: string }[];
  const subject = records[0]?.subject;
  expect(subject).toMatch(/^[\w-]{43}$/);
  expect(records).toMatchObject(
    ['erase', 'erase done', 'erase', 'erase done'].map((field) => ({
      ...{ field, subject, channels: ['corp', 'twin'], count: 0, caller: 'operator' },
    })),
  );
  const other = await runOf(file, 'erase', '--yes', '--participant', 'corp:wmOTHER');
  const [latest] = lines((await runOf(file, 'audit', 'show')).stdout).slice(-1) as { subject: string }[];
  expect([other.code, latest?.subject === subject]).toEqual([2, false]);
});

test('archives that no channel has are named, and not said to be erased', async () => {
  const kept = ['WECOM x corp', 'WECOM x renamed', 'WECOM gone corp', 'WECHAT other shop'];
  const file = await createKept(...kept);
  const erase = (...args: string[]): ReturnType<typeof runProgram> =>
    runOf(file, 'erase', '--participant', 'corp:wmANNA', ...args);
  const notSearched = [
    'Not searched, since no configured channel has these archives:',
    '  WECOM x renamed',
    '  WECOM gone corp',
    'Put their channels back into the configuration, and run the command again.',
    '',
  ].join('\n');
  const dry = await erase('--dry-run');
  expect([dry.code, dry.stdout.endsWith(notSearched)]).toEqual([3, true]);
  expect((await erase('--yes')).code).toBe(3);
  const again = await erase('--yes');
  expect([again.code, again.stdout]).toEqual([
    3,
    `corp:\n  nothing\ntwin:\n  nothing\n${notSearched}Erased, but for what was not searched.\n`,
  ]);
});

test('a hold on a person is one in each channel of the tenant, unless a channel is named', async () => {
  const file = await createKept();
  const hold = async (...args: string[]): Promise<unknown[]> =>
    lines(
      (await runOf(file, 'hold', 'add', '--reason', 'x', '--participant', 'corp:wmANNA', ...args)).stdout,
    );
  expect(await hold()).toMatchObject([
    { id: 1, channel: 'corp', participant: { nativeId: 'wmANNA' } },
    { id: 2, channel: 'twin', participant: { nativeId: 'wmANNA' } },
  ]);
  expect(await hold('--channel', 'corp')).toMatchObject([{ id: 3, channel: 'corp' }]);
});

test('a dry run makes no store, and migrates none', async () => {
  const own = mkdtempSync(join(directory, 'dry-'));
  const file = join(own, 'gateway.yaml');
  const store = 'sqlite:./gateway.db';
  writeFileSync(file, stringify({ store, secret: secret.toString('base64'), channels }));
  const run = (): ReturnType<typeof runProgram> =>
    runOf(file, 'erase', '--dry-run', '--participant', 'corp:wmANNA');
  expect(await run()).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/there is no file/) as unknown,
  });
  await (await openStore(`sqlite:${join(own, 'gateway.db')}`, '.', null, SURROUNDINGS)).close();
  const database = new DatabaseSync(join(own, 'gateway.db'));
  const version = Number(database.prepare('PRAGMA user_version').get()?.['user_version']);
  database.exec(`PRAGMA user_version = ${version - 1}`);
  expect(await run()).toMatchObject({ code: 1, stderr: expect.stringMatching(/version/) as unknown });
  expect(database.prepare('PRAGMA user_version').get()).toEqual({ user_version: version - 1 });
  // Nothing was ever published in it.
  database.exec(`PRAGMA user_version = ${version}`);
  expect(await run()).toMatchObject({
    code: 2,
    stdout: expect.stringMatching(/^corp:\n {2}nothing\n/) as unknown,
  });
  database.close();
  expect(readdirSync(own).sort()).not.toContain('gateway.db.pages');
});
