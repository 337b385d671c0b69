import { pino } from 'pino';
import { expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { createApi } from '../../src/app/api.ts';
import { parseConfig } from '../../src/config/read-config.ts';
import { SAMPLE_CONFIG, SAMPLE_ENVIRONMENT } from '../support/sample-config.ts';
import { createStoreSettings } from '../support/test-store.ts';

const sample = parse(SAMPLE_CONFIG) as Record<string, unknown>;
const config = parseConfig(stringify({ ...sample, ...(await createStoreSettings()) }), {
  source: 'a test',
  directory: process.cwd(),
  environment: SAMPLE_ENVIRONMENT,
});

test('a gateway that is closed while it starts does not listen any more', async () => {
  const api = await createApi(config, pino({ enabled: false }));
  const starting = api.start(0);
  const closing = api.server.close();
  await expect(starting).rejects.toThrow('The gateway was closed while it started');
  await closing;
  expect(api.server.server.listening).toBe(false);
});
