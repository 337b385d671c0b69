import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { GlobalIdCodec } from '../../src/gateway/global-id.ts';
import { Sealer } from '../../src/util/sealing.ts';
import { runProgram, startGateway } from '../support/gateway-process.ts';
import { createStoreSettings } from '../support/test-store.ts';

const directory = mkdtempSync(join(tmpdir(), 'gateway-compliance-'));
afterAll(() => {
  rmSync(directory, { recursive: true });
});

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
  expect((await run('audit', 'verify')).stdout).toMatch(/^The audit log is intact: 3 records/);
  const shown = lines((await run('audit', 'show')).stdout);
  expect(shown).toMatchObject(
    ['hold add', 'hold add', 'hold release'].map((field) => ({
      field,
      caller: 'operator',
      channels: ['corp'],
      count: 1,
    })),
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
