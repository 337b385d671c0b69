import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { startSandboxes, type Sandboxes } from '../../src/sandbox/start.ts';
import { WECHAT_ENDPOINTS } from '../../src/sandbox/wechat/sandbox.ts';
import { ask } from '../support/gateway-world.ts';
import { runProgram, startGateway, startProgram } from '../support/gateway-process.ts';
import { subscribe } from '../support/subscriber.ts';
import { SAMPLE_CONFIG, SAMPLE_ENVIRONMENT } from '../support/sample-config.ts';
import { createStoreSettings, withoutStandbyWarning } from '../support/test-store.ts';
import { waitUntil } from '../support/wait-until.ts';

/** A signal is to come at a moment that the process does not wait for. */
const ATTEMPTS = 20;

const directory = mkdtempSync(join(tmpdir(), 'gateway-'));
const sandboxes: Sandboxes[] = [];
afterEach(async () => {
  await Promise.all(sandboxes.splice(0).map((sandbox) => sandbox.close()));
});
afterAll(() => {
  rmSync(directory, { recursive: true });
});

async function openSandbox(): Promise<Sandboxes> {
  const sandbox = await startSandboxes({ seed: 5, now: () => Date.now(), messages: 30 });
  sandboxes.push(sandbox);
  return sandbox;
}

function writeConfig(name: string, content: unknown): string {
  const file = join(directory, name);
  writeFileSync(file, typeof content === 'string' ? content : stringify(content));
  return file;
}

test('--help tells the commands, and that of a command its options', async () => {
  const { code, stdout } = await runProgram(['--help']);
  expect(code).toBe(0);
  for (const command of ['serve', 'demo', 'check', 'export', 'schema'])
    expect(stdout).toMatch(new RegExp(`^  ${command} `, 'm'));
  const help = await runProgram(['export', '--help']);
  expect(help.stdout).toMatch(/^Usage: chat-history-gateway export [^]*--out <file>/);
});

test('a command or option that there is not is refused with the help', async () => {
  const { code, stderr } = await runProgram(['sevre']);
  expect(code).toBe(1);
  expect(stderr).toContain("unknown command 'sevre'");
  expect((await runProgram(['demo', '--port', 'abc'])).stderr).toContain('It must be a whole number.');
});

test('serve rehearses, prints one line when it answers, fetches at once what WeCom would forget, and ends by itself on SIGTERM', async () => {
  const { channels, wecom } = await openSandbox();
  const config = writeConfig('serve.yaml', {
    ...(await createStoreSettings('sqlite:./serve/gateway.db')),
    channels,
  });
  const serve = startProgram(['serve', '--config', config, '--port', '0'], { LOG_LEVEL: 'warn' });
  await waitUntil(() => serve.stdout().includes('\n'));
  expect(serve.stdout()).toMatch(/^ready http:\/\/127\.0\.0\.1:\d+\/graphql\n$/);
  // Without any reader.
  await waitUntil(() => wecom.server.listCalls > 0);
  const url = serve.stdout().slice('ready '.length, -1);
  const { data } = await ask(
    url,
    '{ channels { name } messages(first: 30, onSourceFailure: FAIL) { nodes { id } } }',
  );
  expect(data).toMatchObject({
    channels: ['broadcast', 'corp', 'shop', 'whatsapp'].map((name) => ({ name })),
    messages: { nodes: { length: 30 } },
  });
  const base = url.replace('/graphql', '');
  expect(await (await fetch(`${base}/health/live`)).json()).toEqual({ status: 'ok' });
  expect(await (await fetch(`${base}/health/ready`)).json()).toEqual({ status: 'ok' });
  expect(await (await fetch(`${base}/schema.graphql`)).text()).toContain('type MessageConnection ');
  const written = serve.stdout();
  serve.kill('SIGTERM');
  expect([await serve.ended, serve.stdout(), withoutStandbyWarning(serve.stderr())]).toEqual([
    0,
    written,
    '',
  ]);
});

test('SIGTERM during the rehearsal ends serve without an error', async () => {
  const { channels, wecom } = await openSandbox();
  const tokenCalls = (): number => wecom.server.callsTo('GET /cgi-bin/gettoken');
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const before = tokenCalls();
    // A new store each time: one on a server keeps the token, and then there is no such call.
    const config = writeConfig('rehearsal-ended.yaml', { ...(await createStoreSettings()), channels });
    const serve = startProgram(['serve', '--config', config, '--port', '0'], { LOG_LEVEL: 'warn' });
    // It listens to signals before it calls, and rehearses after that.
    await waitUntil(() => tokenCalls() > before);
    serve.kill('SIGTERM');
    expect([await serve.ended, withoutStandbyWarning(serve.stderr())]).toEqual([0, '']);
    if (serve.stdout() === '') return;
    // The signal came when the rehearsal was over, as on a machine that stalls: that attempt tells nothing.
    expect(serve.stdout()).toMatch(/^ready \S+\n$/);
  }
  expect.fail(`It was ready before the signal came, in each of ${ATTEMPTS} attempts`);
});

test('SIGTERM lets a request that is under way finish', async () => {
  const sandbox = await openSandbox();
  const config = writeConfig('drain.yaml', {
    ...(await createStoreSettings()),
    channels: sandbox.channels,
  });
  const gateway = await startGateway(['serve', '--config', config, '--port', '0'], { LOG_LEVEL: 'error' });
  // Tokens, and WeCom's messages, are fetched without any request.
  sandbox.wechat.server.knobs.delayMs = 700;
  const answer = ask(gateway.url, '{ messages(first: 3) { nodes { id } } }');
  await waitUntil(() => sandbox.wechat.server.listCalls > 0);
  const stopped = gateway.stop('SIGTERM');
  expect((await answer).data).toMatchObject({ messages: { nodes: [{}, {}, {}] } });
  expect(await stopped).toBe(0);
});

test('a configuration with mistakes is refused with all of them, and no secret is shown', async () => {
  const config = writeConfig(
    'mistakes.yaml',
    SAMPLE_CONFIG.replace('port: 4000', 'port: x').replace('82', 'no'),
  );
  const { code, stdout, stderr } = await runProgram(['serve', '--config', config], SAMPLE_ENVIRONMENT);
  expect(code).toBe(1);
  expect(stdout).toBe('');
  expect(stderr).toMatch(
    /mistakes\.yaml has 2 problems:\n {2}- server\.port: .*\n {2}- channels\[3\]\.tenantId: .*\n$/,
  );
  expect(stderr).not.toContain('canary');
});

test('a key file that is not there is named', async () => {
  const { wecom } = await openSandbox();
  const config = writeConfig('key.yaml', {
    ...(await createStoreSettings()),
    channels: [{ ...wecom.config('corp'), privateKeys: { 7: './nowhere.pem' } }],
  });
  const { code, stderr } = await runProgram(['serve', '--config', config]);
  expect(code).toBe(1);
  expect(stderr).toMatch(/7.*nowhere\.pem/);
  expect(stderr).not.toContain('    at ');
});

test('a port that is taken is named', async () => {
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
  const { port } = taken.address() as AddressInfo;
  const { channels } = await openSandbox();
  const config = writeConfig('port.yaml', { ...(await createStoreSettings()), channels });
  for (const command of [['serve', '--config', config], ['demo']]) {
    const { code, stderr } = await runProgram([...command, '--port', String(port)]);
    expect(code).toBe(1);
    expect(stderr).toContain(`127.0.0.1:${port}`);
    expect(stderr).not.toContain('    at ');
  }
  taken.close();
});

test('check says which channels work', async () => {
  const { channels } = await openSandbox();
  const { code, stdout } = await runProgram([
    'check',
    '--config',
    writeConfig('check.yaml', { ...(await createStoreSettings()), channels }),
  ]);
  expect(stdout).toBe(
    'shop (WECHAT): works\ncorp (WECOM): works\nbroadcast (TENCENT_CHAT): works\nwhatsapp (WHATSAPP_SCRM): works\n',
  );
  expect(code).toBe(0);
});

test('check says in plain words what is wrong, with the code of the provider', async () => {
  const sandbox = await openSandbox();
  const [shop, corp, broadcast, whatsapp] = sandbox.channels;
  sandbox.wechat.refuse(WECHAT_ENDPOINTS.token, 40164, 10);
  sandbox.wecom.server.knobs.syncErrcode = 48002;
  const config = writeConfig('wrong.yaml', {
    ...(await createStoreSettings()),
    channels: [shop, corp, { ...broadcast, secretKey: 'wrong' }, { ...whatsapp, apiKey: 'wrong' }],
  });
  const { code, stdout, stderr } = await runProgram(['check', '--config', config]);
  expect(code).toBe(1);
  expect(stderr).toBe('');
  const lines = stdout.trim().split('\n');
  expect(lines).toHaveLength(4);
  expect(lines[0]).toMatch(
    /^shop \(WECHAT\): failed: .*allow-list.* \(UPSTREAM_MISCONFIGURED, provider code 40164\)$/,
  );
  expect(lines[1]).toMatch(
    /^corp \(WECOM\): failed: .*permission.* \(UPSTREAM_MISCONFIGURED, provider code 48002\)$/,
  );
  expect(lines[2]).toMatch(
    /^broadcast \(TENCENT_CHAT\): failed: .*secretKey.* \(UPSTREAM_AUTH_FAILED, provider code 700\d\d\)$/,
  );
  expect(lines[3]).toMatch(
    /^whatsapp \(WHATSAPP_SCRM\): failed: .*apiKey.* \(UPSTREAM_AUTH_FAILED, provider code 5\d\d\)$/,
  );
});

test('schema prints the SDL', async () => {
  const { code, stdout } = await runProgram(['schema']);
  expect(code).toBe(0);
  expect(stdout).toContain('directive @semanticNonNull');
  expect(stdout).toContain('interface Message implements Node ');
});

test('demo answers over all four providers', async () => {
  const gateway = await startGateway(['demo', '--port', '0'], { LOG_LEVEL: 'warn' });
  const query = /-d '(.*)'$/m.exec(gateway.output())?.[1] ?? '';
  const { data, errors } = await ask(gateway.url, (JSON.parse(query) as { query: string }).query);
  expect(errors).toEqual([]);
  const { nodes, sources } = data?.['messages'] as { nodes: unknown[]; sources: { state: string }[] };
  expect(nodes).toHaveLength(10);
  expect(sources.map(({ state }) => state)).toEqual(Array(4).fill('OK'));
  const subscriber = subscribe<unknown>(gateway.url, 'subscription { messageAdded { cursor node { id } } }');
  await subscriber.until(2);
  expect(subscriber.errors).toEqual([]);
  subscriber.close();
  expect(await gateway.stop('SIGTERM')).toBe(0);
  expect(gateway.output()).not.toContain('"level"');
});
