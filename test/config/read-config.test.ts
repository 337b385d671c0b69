import { createSecretKey } from 'node:crypto';
import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { ConfigError } from '../../src/errors/config-error.ts';
import { parseConfig, readConfig } from '../../src/config/read-config.ts';
import type { GatewayConfig } from '../../src/config/settings.ts';
import { SAMPLE_CONFIG, SAMPLE_ENVIRONMENT } from '../support/sample-config.ts';

function parse(text: string, environment: NodeJS.ProcessEnv = SAMPLE_ENVIRONMENT): GatewayConfig {
  return parseConfig(text, { source: 'gateway.yaml', directory: '/etc/gateway', environment });
}

function problemsOf(text: string, environment?: NodeJS.ProcessEnv): readonly string[] {
  try {
    parse(text, environment);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  throw new Error('It was not refused');
}

test('every setting of every provider is understood', () => {
  const config = parse(SAMPLE_CONFIG);
  expect(config.limits).toEqual({
    defaultPageSize: 20,
    requestsPerMinute: 600,
    maxExports: 2,
    maxSubscriptions: 100,
    maxQueryTokens: 2000,
    maxQueryDepth: 20,
    maxQueryAliases: 50,
    maxQueryDirectives: 50,
    maxQueryCalls: 64,
    maxQueryRows: 25_000,
    maxPageSize: 200,
    defaultRows: 500,
    maxRows: 10_000,
    upstreamCallsPerRequest: 10,
    requestTimeoutMs: 5000,
  });
  expect(config.secret).toEqual(Buffer.alloc(32, 3));
  expect(config.channels.map(({ name, provider }) => [name, provider])).toEqual([
    ['shop', 'WECHAT'],
    ['corp', 'WECOM'],
    ['broadcast', 'TENCENT_CHAT'],
    ['whatsapp', 'WHATSAPP_SCRM'],
  ]);
  expect(config.channels[0]).toMatchObject({
    historyStart: Date.parse('2026-01-01T00:00:00Z'),
    quota: { callsPerSecond: 5, maxConcurrent: 2, pageSize: 1000 },
  });
});

test('what is left out has defaults', () => {
  const config = parse(
    'channels: [{ name: a, provider: WECHAT, appId: x, appSecret: y, historyStart: 2026-01-01T00:00:00Z }]',
  );
  expect(config).toMatchObject({
    server: { host: '127.0.0.1', port: 4000 },
    store: { location: 'sqlite:./data/gateway.db' },
    limits: {
      defaultPageSize: 50,
      maxPageSize: 1000,
      upstreamCallsPerRequest: 64,
      requestTimeoutMs: 15_000,
    },
    channels: [{ baseUrl: 'https://api.weixin.qq.com' }],
  });
});

test('what is for operators has defaults, and takes what comes from the environment', () => {
  const channels =
    'channels: [{ name: a, provider: WECHAT, appId: x, appSecret: y, historyStart: 2026-01-01T00:00:00Z }]';
  expect(parse(channels)).toMatchObject({
    audit: { keepDays: 365 },
    metrics: { enabled: true, host: '127.0.0.1' },
    telemetry: { serviceName: 'chat-history-gateway', sampleRatio: 1 },
  });
  const text = `${channels}
audit: { keepDays: "\${DAYS}" }
metrics: { enabled: "\${ON}", port: "\${PORT}" }
telemetry: { sampleRatio: "\${SHARE}", otlpEndpoint: http://127.0.0.1:4318 }`;
  expect(parse(text, { DAYS: '30', ON: 'false', PORT: '9464', SHARE: '0.1' })).toMatchObject({
    audit: { keepDays: 30 },
    metrics: { enabled: false, port: 9464 },
    telemetry: { sampleRatio: 0.1, otlpEndpoint: 'http://127.0.0.1:4318' },
  });
  const problems = problemsOf(text, { DAYS: '0', ON: 'perhaps', PORT: '70000', SHARE: '2' });
  expect(problems.map((problem) => problem.split(': ')[0])).toEqual([
    'audit.keepDays',
    'metrics.enabled',
    'metrics.port',
    'telemetry.sampleRatio',
  ]);
});

test('every channel may have an archive, which begins in the past and within what the channel reads', () => {
  const channels = (archive: string): string => `
channels:
  - { name: a, provider: WECHAT, appId: x, appSecret: y, historyStart: 2026-01-01T00:00:00Z, archive: ${archive} }
  - { name: b, provider: WECOM, corpId: x, secret: y, archive: ${archive} }
  - { name: c, provider: TENCENT_CHAT, sdkAppId: 1, adminUserId: x, secretKey: y, officialAccounts: [z], archive: ${archive} }
  - { name: d, provider: WHATSAPP_SCRM, baseUrl: http://x, tenantId: 1, apiKey: y, historyStart: 2026-01-01T00:00:00Z, archive: ${archive} }`;
  const since = Date.parse('2026-01-01T00:00:00Z');
  expect(
    parse(channels('{ since: 2026-01-01T08:00:00+08:00 }')).channels.map(({ archive }) => archive),
  ).toEqual(Array.from({ length: 4 }, () => ({ since, settleHours: 26, share: 0.3 })));
  expect(
    parse(channels('{ since: 2026-01-01T00:00:00Z, settleHours: "48", share: "0.5", retentionDays: "30" }'))
      .channels[0]?.archive,
  ).toEqual({
    since,
    settleHours: 48,
    share: 0.5,
    retentionDays: 30,
  });
  expect(problemsOf(channels('{ since: 2025-12-31T23:59:59Z }'))).toEqual(
    [0, 3].map(
      (index) =>
        `channels[${index}].archive.since: must not be before historyStart: the channel reads nothing older`,
    ),
  );
  const problems = problemsOf(
    channels(
      '{ since: 9999-01-01T00:00:00Z, settleHours: 25, share: 1, retentionDays: 1, retentionYears: 1 }',
    ),
  ).slice(0, 5);
  expect(problems).toEqual([
    'channels[0].archive.since: must not be in the future',
    expect.stringMatching(/^channels\[0\]\.archive\.settleHours: /),
    expect.stringMatching(/^channels\[0\]\.archive\.share: /),
    expect.stringMatching(/^channels\[0\]\.archive\.retentionDays: /),
    'channels[0].archive.retentionYears: is not a setting',
  ]);
  expect(problemsOf(channels('{}'))[0]).toMatch(/^channels\[0\]\.archive\.since: /);
});

test('every mistake is reported at once, by its path', () => {
  const problems = problemsOf(
    `
server: { host: 0.0.0.0, port: 70000, prot: 1 }
store: mongodb://x
secret: dG9vIHNob3J0
limits: { defaultPageSize: 500, maxPageSize: 100, defaultRows: 5, maxRows: 4 }
channels:
  - { name: shop, provider: WECHAT, appId: x, appSecret: \${NOT_SET}, historyStart: yesterday }
  - { name: shop, provider: WECHAT, appId: x, appSecret: y, historyStart: 2026-01-01T00:00:00Z, colour: red }
  - { name: "no spaces", provider: WECOM, corpId: x, secret: y }
  - { name: fax, provider: FAX }
`,
  );
  const paths = problems.map((problem) => problem.split(': ')[0]).sort();
  expect(paths).toEqual(
    [
      'channels[0].appSecret',
      'channels[0].historyStart',
      'channels[1].colour',
      'channels[2].name',
      'channels[3].provider',
      'limits.defaultPageSize',
      'limits.defaultRows',
      'secret',
      'server.host',
      'server.port',
      'server.prot',
      'store',
    ].sort(),
  );
  expect(problems).toContain('channels[0].appSecret: the environment variable NOT_SET is not set');
  expect(problems).toContain('channels[1].colour: is not a setting');
});

test('two channels of one name are refused', () => {
  const entry = (name: string): string =>
    `{ name: ${name}, provider: WECHAT, appId: x, appSecret: y, historyStart: 2026-01-01T00:00:00Z }`;
  expect(problemsOf(`channels: [${entry('a')}, ${entry('b')}, ${entry('a')}]`)).toEqual([
    'channels[2].name: a is the name of an earlier channel',
  ]);
});

test.each([
  ['', ['channels: Invalid input: expected array, received undefined']],
  ['channels: []', ['channels: must name at least one channel']],
  ['channels: [', ['is not YAML: BAD_INDENT in line 1']],
])('%j is refused', (text, problems) => {
  expect(problemsOf(text)).toHaveLength(problems.length);
});

test('a file that is not there is named', () => {
  expect(() => readConfig('/nowhere/gateway.yaml', {})).toThrow(/\/nowhere\/gateway.yaml has a problem/);
});

test('secrets never show, neither in the configuration printed nor in what is wrong with it', () => {
  const config = parse(SAMPLE_CONFIG);
  const printed = `${inspect(config, { depth: null })}${JSON.stringify(config.channels)}`;
  expect(printed).toContain('[secret]');
  expect(printed).not.toContain('canary');
  const problems = problemsOf(SAMPLE_CONFIG.replaceAll('appId: wx1', 'appId: 7').replaceAll('82', '[]'));
  expect(problems.join()).not.toContain('canary');
});

const LOCATIONS = 'memory:, sqlite:PATH, postgres://USER@HOST/DATABASE';

test('a store is a text, or a section with the key that encrypts it', () => {
  const channels = 'channels: [{ name: shop, provider: WECOM, corpId: x, secret: y }]';
  const read = (store: string): unknown => parse(`${channels}\nstore: ${store}`).store;
  const key = createSecretKey(Buffer.alloc(32, 9));
  expect(read('"memory:"')).toEqual({ location: 'memory:' });
  expect(read('{ location: "sqlite:./x.db" }')).toEqual({ location: 'sqlite:./x.db' });
  for (const location of [
    'postgres://me@db/chats',
    'postgresql://me:${PASSWORD}@db:5432/chats?sslmode=require',
  ])
    expect(parse(`${channels}\nstore: ${location}`, { PASSWORD: 'a%2Fb' }).store).toEqual({
      location: location.replace('${PASSWORD}', 'a%2Fb'),
    });
  expect(read(`{ location: "memory:", encryptionKey: ${key.export().toString('base64')} }`)).toEqual({
    location: 'memory:',
    encryptionKey: key,
  });
  const secret = 'must be 32 bytes in base64; make one with: openssl rand -base64 32';
  expect(
    inspect(read(`{ location: "memory:", encryptionKey: ${key.export().toString('base64')} }`)),
  ).not.toMatch(/09 09/);
  for (const [store, problems] of [
    ['7', [`store: must be ${LOCATIONS}, or a section with a location`]],
    ['mongodb://x', [`store: must be ${LOCATIONS.replace(', p', ' or p')}`]],
    ['postgres:chats', [`store: must be ${LOCATIONS.replace(', p', ' or p')}`]],
    [
      '{ location: x, encryptionKey: dG9vIHNob3J0 }',
      [`store.location: must be ${LOCATIONS.replace(', p', ' or p')}`, `store.encryptionKey: ${secret}`],
    ],
    ['{ location: "memory:", encryptionKey: "" }', [`store.encryptionKey: ${secret}`]],
    ['{ location: "memory:", encryptionKey: "%" }', ['store.encryptionKey: must be base64']],
    ['{ location: "memory:", key: x }', ['store.key: is not a setting']],
    [
      '{ encryptionKey: ${NOT_SET} }',
      [
        'store.encryptionKey: the environment variable NOT_SET is not set',
        'store.location: Invalid input: expected string, received undefined',
      ],
    ],
  ] as const) {
    expect(problemsOf(`${channels}\nstore: ${store}`)).toEqual(problems);
  }
});

test('Redis is named by a URL, which is not shown, and only beside a store in PostgreSQL', () => {
  const channel =
    'channels: [{ name: a, provider: WECHAT, appId: x, appSecret: y, historyStart: 2026-01-01T00:00:00Z }]';
  const store = 'store: postgres://gateway@db/gateway';
  for (const url of ['redis://cache', 'rediss://me:p%2Fq@cache.example:6380/3', 'redis://[::1]:6379/'])
    expect(parse(`{ ${store}, redis: "${url}", ${channel} }`).redis).toBe(url);
  expect(parse(`{ ${store}, ${channel} }`).redis).toBeUndefined();
  const mistake =
    'redis: must be redis://HOST:PORT/NUMBER or rediss://…, with USER:PASSWORD@ where there are any; encode what is special in these, "/" as %2F and "%" as %25';
  for (const url of [
    'cache:6379',
    'http://cache',
    'redis://',
    'redis://me:s3cret/x@cache',
    'redis://cache/name',
    'redis:///0',
    'redis://me:s3cret%@cache',
    'redis://m%zze:x@cache',
    'rediss://:%ff@cache',
  ])
    expect(problemsOf(`{ ${store}, redis: "${url}", ${channel} }`)).toEqual([mistake]);
  for (const other of ['memory:', 'sqlite:./a.db'])
    expect(problemsOf(`{ store: "${other}", redis: "redis://cache", ${channel} }`)).toEqual([
      'redis: is for several gateways on one store in PostgreSQL; a gateway with another store needs none',
    ]);
});

test('a name that is too long for a word may be a secret, and is not shown; one that is misspelt is', () => {
  const parse = (name: string): unknown =>
    parseConfig(`${name}: x`, { source: 'gateway.yaml', directory: '.', environment: {} });
  expect(() => parse('cnrycwineqipaydqnmxqqicw')).toThrow('(not shown): is not a setting');
  expect(() => parse('upstreamCallsPerRequst')).toThrow('upstreamCallsPerRequst: is not a setting');
});
