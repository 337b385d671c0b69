import { globSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { createSchema } from '../../src/schema/load.ts';
import { printSdl } from '../../src/schema/print.ts';
import { FROM_SOURCES, runProgram, startGateway } from '../support/gateway-process.ts';
import { createStoreSettings } from '../support/test-store.ts';

/** Prints at the end which packages were loaded. */
const REPORT = `
  import { registerHooks } from 'node:module';
  const packages = new Set();
  registerHooks({
    load(url, context, next) {
      const [, name] = /node_modules\\/((?:@[^/]+\\/)?[^/]+)/.exec(url) ?? [];
      if (name) packages.add(name);
      return next(url, context);
    },
  });
  process.on('exit', () => process.stderr.write('loaded ' + JSON.stringify([...packages]) + '\\n'));
`;
const REPORTING = { NODE_OPTIONS: `--import data:text/javascript,${encodeURIComponent(REPORT)}` };

function readReport(output: string): string[] {
  return JSON.parse(/^loaded (.*)$/m.exec(output)?.[1] ?? 'null') as string[];
}

/** What answering requests takes. */
const OF_SERVERS = [
  'graphql',
  '@graphql-tools/schema',
  '@apollo/server',
  'fastify',
  'undici',
  'prom-client',
  'yaml',
];
/** What only some gateways, or other commands, have a use for. */
const ON_DEMAND = [
  '@opentelemetry/sdk-trace',
  '@opentelemetry/exporter-trace-otlp-http',
  'jose',
  'cli-progress',
  'ajv',
  '@modelcontextprotocol/server',
];

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'gateway-start-up-'));
});
afterEach(() => {
  rmSync(directory, { recursive: true });
});

test.each([[['--help']], [['schema']], [['key', 'new', 'bi']]])(
  '%j loads nothing that only servers need',
  async (args) => {
    const { code, stderr } = await runProgram(args, REPORTING, FROM_SOURCES);
    expect(code).toBe(0);
    const loaded = readReport(stderr);
    expect(loaded).toContain('commander');
    expect(loaded.filter((name) => [...OF_SERVERS, ...ON_DEMAND].includes(name))).toEqual([]);
  },
);

test('serve loads OpenTelemetry, JSON Web Tokens and progress bars only where they are used', async () => {
  const config = join(directory, 'gateway.yaml');
  const shop = {
    name: 'shop',
    provider: 'WECHAT',
    appId: 'x',
    appSecret: 'y',
    baseUrl: 'http://127.0.0.1:9',
  };
  writeFileSync(
    config,
    stringify({
      ...(await createStoreSettings()),
      channels: [{ ...shop, historyStart: '2026-01-01T00:00:00Z' }],
    }),
  );
  const gateway = await startGateway(
    ['serve', '--config', config, '--port', '0'],
    { ...REPORTING, LOG_LEVEL: 'fatal' },
    FROM_SOURCES,
  );
  expect(await gateway.stop('SIGTERM')).toBe(0);
  const loaded = readReport(gateway.output());
  expect(OF_SERVERS.filter((name) => !loaded.includes(name))).toEqual([]);
  expect(loaded.filter((name) => ON_DEMAND.includes(name))).toEqual([]);
});

test('mcp loads what speaks the protocol, and nothing that only servers need', async () => {
  // Its input has ended before it begins.
  const { code, stdout, stderr } = await runProgram(['mcp'], REPORTING, FROM_SOURCES);
  expect([code, stdout]).toEqual([0, '']);
  const loaded = readReport(stderr);
  expect(loaded).toContain('@modelcontextprotocol/server');
  expect(loaded.filter((name) => OF_SERVERS.includes(name))).toEqual([]);
});

test('schema prints what the code makes', async () => {
  expect(await runProgram(['schema'], {}, FROM_SOURCES)).toEqual({
    code: 0,
    stdout: printSdl(createSchema()),
    stderr: '',
  });
});

test("compiled code is kept beside the program, elsewhere or nowhere when Node.js's own variables say so", async () => {
  const report =
    "process.on('exit', () => process.stderr.write(String(process.getBuiltinModule('module').getCompileCacheDir())))";
  const run = async (environment: NodeJS.ProcessEnv): Promise<string> => {
    const NODE_OPTIONS = `--import data:text/javascript,${encodeURIComponent(report)}`;
    const { stderr } = await runProgram(['schema'], { NODE_OPTIONS, ...environment }, FROM_SOURCES);
    return stderr;
  };
  const beside = resolve('node_modules/.cache/chat-history-gateway');
  expect(dirname(await run({ NODE_COMPILE_CACHE: undefined }))).toBe(beside);
  expect(dirname(await run({ NODE_COMPILE_CACHE: directory }))).toBe(directory);
  expect(globSync('**', { cwd: directory }).length).toBeGreaterThan(10);
  expect(await run({ NODE_DISABLE_COMPILE_CACHE: '1' })).toBe('undefined');
});
