import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, rmSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';

/** Copied below the packages of `interop`, and compiled and run there as its reader would. */
const COPIES = `${import.meta.dirname}/generated`;
const BIN = `${import.meta.dirname}/../node_modules/.bin`;
const run = promisify(execFile);

beforeAll(() => {
  for (const name of ['node-service', 'apollo-client']) {
    cpSync(`${import.meta.dirname}/../../examples/${name}`, `${COPIES}/${name}`, { recursive: true });
  }
});
afterAll(() => {
  rmSync(COPIES, { recursive: true });
});

test("Apollo Client's cache holds the whole timeline, every message once and in order", async () => {
  const cwd = `${COPIES}/apollo-client`;
  await run(`${BIN}/tsc`, [], { cwd });
  const { stdout } = await run(process.execPath, ['dist/main.js'], {
    cwd,
    env: { ...process.env, GATEWAY_URL: inject('url') },
  });
  const told = JSON.parse(stdout) as { messages: number; different: number };
  expect(told).toMatchObject({ channels: ['broadcast', 'corp', 'shop', 'whatsapp'], isOrdered: true });
  expect(told.messages).toBe(told.different);
  expect(told.messages).toBeGreaterThanOrEqual(inject('ids').length);
});

test('a Node.js service with generated documents serves conversations, and what the gateway refuses', async () => {
  const cwd = `${COPIES}/node-service`;
  const env = {
    ...process.env,
    GATEWAY_SCHEMA: `${import.meta.dirname}/../../schema.graphql`,
    GATEWAY_URL: inject('url'),
    PORT: '0',
  };
  await run(`${BIN}/graphql-codegen`, [], { cwd, env });
  await run(`${BIN}/tsc`, [], { cwd });
  const service = spawn(process.execPath, ['dist/main.js'], { cwd, env });
  const [line] = (await once(createInterface(service.stdout), 'line')) as [string];
  const base = line.replace(/^ready /, '');
  const listed = await fetch(`${base}/conversations?channel=whatsapp&count=3`);
  const { conversations } = (await listed.json()) as { conversations: string[] };
  expect(conversations.length).toBeGreaterThan(0);
  const transcript = await fetch(`${base}/conversations/${conversations[0] ?? ''}`);
  expect(transcript.status).toBe(200);
  expect(await transcript.json()).toContainEqual({
    at: expect.any(String) as string,
    from: expect.any(String) as string,
    words: expect.any(String) as string,
  });
  expect((await fetch(`${base}/conversations/none`)).status).toBe(502);
  service.kill();
  await once(service, 'close');
});
