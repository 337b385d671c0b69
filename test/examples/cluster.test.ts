import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  globSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseEnv } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { parseConfig } from '../../src/config/read-config.ts';
import { startSandboxes } from '../../src/sandbox/start.ts';
import { runProgram } from '../support/gateway-process.ts';
import { createStoreSettings } from '../support/test-store.ts';

const EXAMPLE = resolve('examples/cluster');
const read = (name: string): string => readFileSync(join(EXAMPLE, name), 'utf8');

interface Service {
  image: string;
  command?: string[];
  environment?: Record<string, string>;
  volumes?: string[];
  ports?: string[];
}

const compose = parse(read('compose.yaml'), { merge: true }) as {
  services: Record<string, Service>;
  volumes: Record<string, null>;
};
const services = Object.entries(compose.services);
const gateways = services.map(([name]) => name).filter((name) => name.startsWith('gateway-'));

/** Of one run of `make-env.sh`. */
let environment: NodeJS.Dict<string>;
const directory = mkdtempSync(join(tmpdir(), 'gateway-example-'));
beforeAll(() => {
  copyFileSync(join(EXAMPLE, 'make-env.sh'), join(directory, 'make-env.sh'));
  execFileSync(join(directory, 'make-env.sh'));
  environment = parseEnv(readFileSync(join(directory, '.env'), 'utf8'));
});
afterAll(() => {
  rmSync(directory, { recursive: true });
});

test('every YAML of the example is one', () => {
  const files = globSync('examples/cluster/**/*.{yaml,yml}');
  expect(files.length).toBeGreaterThan(4);
  for (const file of files) expect(parse(readFileSync(file, 'utf8'), { merge: true })).toBeTypeOf('object');
});

test('three gateways run, and every image has a version', () => {
  expect(gateways).toEqual(['gateway-1', 'gateway-2', 'gateway-3']);
  const foreign = services.map(([, { image }]) => image).filter((image) => !image.endsWith(':local'));
  expect(foreign.length).toBeGreaterThan(3);
  for (const image of foreign) expect(image).toMatch(/:v?\d+\.\d+(\.\d+)?$/);
});

test('every file that a container is given is there, and every named volume is declared', () => {
  for (const [service, { volumes = [] }] of services) {
    for (const volume of volumes) {
      const [source = ''] = volume.split(':');
      const isThere = source.startsWith('.') ? existsSync(join(EXAMPLE, source)) : source in compose.volumes;
      expect([service, source, isThere]).toEqual([service, source, true]);
    }
  }
  const script = compose.services['providers']?.command?.[1] ?? '';
  expect(existsSync(script)).toBe(true);
});

test('every port that is published is of this machine only', () => {
  for (const [, { ports = [] }] of services)
    for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:\d+:\d+$/);
});

test('the secrets have no default, and all of them come from the file that make-env.sh makes', () => {
  const text = read('compose.yaml');
  const used = [...text.matchAll(/\$\{([^}]*)\}/g)].map(([, name = '']) => name);
  for (const name of used) expect(name).toMatch(/^\w+:\?run \.\/make-env\.sh first$/);
  const names = new Set(used.map((name) => name.replace(/:.*/, '')));
  expect([...names].filter((name) => environment[name] === undefined)).toEqual([]);
  const inConfig = [...read('gateway.yaml').matchAll(/\$\{(\w+)\}/g)].map(([, name = '']) => name);
  for (const name of gateways)
    expect(Object.keys(compose.services[name]?.environment ?? {})).toEqual(expect.arrayContaining(inConfig));
});

test('make-env.sh makes other secrets each time, for its owner only, and replaces none', () => {
  const { GATEWAY_KEY = '', GATEWAY_KEY_SHA256, GATEWAY_SECRET = '' } = environment;
  expect(createHash('sha256').update(GATEWAY_KEY).digest('hex')).toBe(GATEWAY_KEY_SHA256);
  expect(Buffer.from(GATEWAY_SECRET, 'base64')).toHaveLength(32);
  const file = join(directory, '.env');
  expect(statSync(file).mode & 0o777).toBe(0o600);
  const before = readFileSync(file, 'utf8');
  expect(spawnSync(join(directory, 'make-env.sh')).status).not.toBe(0);
  expect(readFileSync(file, 'utf8')).toBe(before);
  rmSync(file);
  execFileSync(join(directory, 'make-env.sh'));
  const second = parseEnv(readFileSync(file, 'utf8'));
  expect(Object.keys(second)).toEqual(Object.keys(environment));
  for (const [name, value] of Object.entries(second)) expect(value).not.toBe(environment[name]);
});

test('gateway.yaml is a configuration, whose channels are those of the providers that are played', async () => {
  const config = parseConfig(read('gateway.yaml'), { source: 'gateway.yaml', directory: '.', environment });
  expect(config.store.location).toBe(
    `postgres://gateway:${environment['POSTGRES_PASSWORD'] ?? ''}@postgres/gateway`,
  );

  const { channels } = parse(read('gateway.yaml')) as { channels: Record<string, unknown>[] };
  const sandboxes = await startSandboxes({ seed: 1, now: () => Date.now(), weComReachDays: 30 });
  const fixed = (list: Record<string, unknown>[]): unknown[] =>
    list.map(({ baseUrl: _url, historyStart: _start, ...rest }) => rest);
  const urls = channels.map(({ baseUrl }) => baseUrl);
  try {
    expect(fixed(channels)).toEqual(fixed(sandboxes.channels));
    expect(urls).toEqual(sandboxes.all.map((_, index) => `http://providers:${4101 + index}`));
    // The same with their addresses on this machine passes the program's own check.
    const local = channels.map((channel, index) => ({
      ...channel,
      baseUrl: sandboxes.all[index]?.server.baseUrl,
    }));
    const file = join(directory, 'gateway.yaml');
    const { redis: _redis, ...settings } = parse(read('gateway.yaml')) as Record<string, unknown>;
    writeFileSync(file, stringify({ ...settings, ...(await createStoreSettings()), channels: local }));
    const { code, stdout, stderr } = await runProgram(['check', '--config', file], environment);
    expect([code, stdout, stderr]).toEqual([0, expect.stringMatching(/^(\S+ \(\w+\): works\n){4}$/), '']);
  } finally {
    await sandboxes.close();
  }
});

test('HAProxy and Prometheus know every gateway', () => {
  const servers = [...read('haproxy.cfg').matchAll(/^ {2}server (\S+) (\S+)$/gm)].map(
    ([, ...server]) => server,
  );
  expect(servers).toEqual(gateways.map((name) => [name, `${name}:4000`]));
  expect(read('haproxy.cfg')).toContain('uri /health/ready');
  const { scrape_configs: jobs, rule_files: rules } = parse(read('prometheus.yml')) as {
    scrape_configs: { job_name: string; static_configs: { targets: string[] }[] }[];
    rule_files: string[];
  };
  expect(jobs[0]).toEqual({
    job_name: 'chat-history-gateway',
    static_configs: [{ targets: gateways.map((name) => `${name}:9464`) }],
  });
  const [rule = ''] = rules;
  expect(compose.services['prometheus']?.volumes?.join()).toContain(`/etc/prometheus/${rule}:ro`);
});
