import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { pino } from 'pino';
import { stringify } from 'yaml';
import { createApi, type Api } from '../../src/app/api.ts';
import { parseConfig } from '../../src/config/read-config.ts';
import { startSandboxes, type Sandboxes } from '../../src/sandbox/start.ts';
import { ask } from '../support/gateway-world.ts';
import { createDatabase, dropDatabase } from '../support/postgres.ts';

const GATEWAYS = 3;
/** The campaign sets it to 100. */
const EXPIRIES = Number(process.env['EXPIRIES'] ?? 2);
const REVOCATIONS = Math.max(20, EXPIRIES);
/** The least with which the gateways may still use a token for a second. */
const LIFE_MS = 2_000;
const PAUSE_MS = 20;
const QUERY = '{ messages(first: 5) { nodes { id } sources { state errorCode providerCode } } }';

const server = process.env['POSTGRES_URL'] ?? '';
let name = '';
let own: Sandboxes;
const apis: Api[] = [];
let urls: string[] = [];
beforeEach(async () => {
  name = `tokens_${randomBytes(6).toString('hex')}`;
  const store = await createDatabase(server, name);
  own = await startSandboxes({ seed: 1, now: () => Date.now(), messages: 5, only: ['shop'] });
  const secret = randomBytes(32).toString('base64');
  const config = parseConfig(stringify({ store, secret, freshnessSeconds: 0, channels: own.channels }), {
    source: 'a test',
    directory: '.',
    environment: {},
  });
  urls = await Promise.all(
    Array.from({ length: GATEWAYS }, async () => {
      const api = await createApi(config, pino({ enabled: false }));
      apis.push(api);
      return `${await api.start(0)}/graphql`;
    }),
  );
});
afterEach(async () => {
  await Promise.all(apis.splice(0).map((api) => api.server.close()));
  await own.close();
  await dropDatabase(server, name);
});

/** Asks all of them at the same moment; all must answer the same, and without an error. */
async function askAll(): Promise<void> {
  const answers = await Promise.all(urls.map((url) => ask(url, QUERY)));
  for (const { data, errors } of answers) expect([data, errors]).toEqual([answers[0]?.data, []]);
}

function countFetches(): number {
  return own.wechat.server.callsTo('POST /cgi-bin/stable_token');
}

test('three gateways whose access token is revoked fetch one new one, and answer all the same', async () => {
  for (let revocation = 0; revocation < REVOCATIONS; revocation++) {
    await askAll();
    expect(countFetches()).toBe(revocation + 1);
    own.wechat.tokens.revoke(40001);
  }
  expect(own.violations()).toEqual([]);
});

test(
  `three gateways whose access token expires ${EXPIRIES} times fetch one new one each time, and answer all the same`,
  async () => {
    const { tokens } = own.wechat;
    // What they fetched as they started would be good for hours.
    tokens.lifeMs = LIFE_MS;
    tokens.revoke(40001);
    await askAll();
    const first = tokens.count;
    while (tokens.count < first + EXPIRIES) {
      await askAll();
      await sleep(PAUSE_MS);
    }
    // Asked again before its end, the provider hands out the token that is good: only one who asks in vain makes these differ.
    expect(countFetches()).toBe(tokens.count);
    expect(own.violations()).toEqual([]);
    console.info(`${EXPIRIES} expiries, ${countFetches()} fetches, ${tokens.count} tokens`);
  },
  Math.max(120_000, EXPIRIES * 10_000),
);
