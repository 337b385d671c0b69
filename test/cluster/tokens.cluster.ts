import { randomBytes } from 'node:crypto';
import { afterEach, expect, test } from 'vitest';
import { pino } from 'pino';
import { stringify } from 'yaml';
import { createApi, type Api } from '../../src/app/api.ts';
import { parseConfig } from '../../src/config/read-config.ts';
import { startSandboxes, type Sandboxes } from '../../src/sandbox/start.ts';
import { ask } from '../support/gateway-world.ts';
import { createDatabase, dropDatabase } from '../support/postgres.ts';

const GATEWAYS = 3;
const EXPIRIES = 20;
const server = process.env['POSTGRES_URL'] ?? '';
const name = `tokens_${randomBytes(6).toString('hex')}`;
const apis: Api[] = [];
let sandbox: Sandboxes | undefined;
afterEach(async () => {
  await Promise.all(apis.map((api) => api.server.close()));
  await sandbox?.close();
  await dropDatabase(server, name);
});

test('three gateways whose access token ends fetch one new one, and answer all the same', async () => {
  const store = await createDatabase(server, name);
  const own = (sandbox = await startSandboxes({
    seed: 1,
    now: () => Date.now(),
    messages: 5,
    only: ['shop'],
  }));
  const secret = randomBytes(32).toString('base64');
  const config = parseConfig(stringify({ store, secret, freshnessSeconds: 0, channels: own.channels }), {
    source: 'a test',
    directory: '.',
    environment: {},
  });
  const urls = await Promise.all(
    Array.from({ length: GATEWAYS }, async () => {
      const api = await createApi(config, pino({ enabled: false }));
      apis.push(api);
      return `${await api.start(0)}/graphql`;
    }),
  );
  const fetched = (): number => own.wechat.server.callsTo('POST /cgi-bin/stable_token');
  for (let expiry = 0; expiry < EXPIRIES; expiry++) {
    const answers = await Promise.all(urls.map((url) => ask(url, '{ messages(first: 5) { nodes { id } } }')));
    for (const { data, errors } of answers) expect([data, errors]).toEqual([answers[0]?.data, []]);
    expect(fetched()).toBe(expiry + 1);
    own.wechat.tokens.revoke(40001);
  }
  expect(own.violations()).toEqual([]);
});
