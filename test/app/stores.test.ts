import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createStores, type GatewayStores } from '../../src/app/stores.ts';
import { parseConfig } from '../../src/config/read-config.ts';
import { ConfigError } from '../../src/errors/config-error.ts';
import { openStore } from '../../src/store/open-store.ts';
import { systemClock } from '../../src/util/clock.ts';
import { createMemoryLog } from '../support/memory-log.ts';
import { createDatabase, dropDatabase } from '../support/postgres.ts';

const surroundings = { clock: systemClock, log: createMemoryLog().log };

function open(store: string, secret = ''): Promise<GatewayStores> {
  const channels = 'channels: [{ name: corp, provider: WECOM, corpId: x, secret: y }]';
  const config = parseConfig(`{ ${secret} store: ${store}, ${channels} }`, {
    source: 'a test',
    directory: '.',
    environment: {},
  });
  return createStores(config, surroundings);
}

test('a server that does not answer is named, without the password', async () => {
  const opening = open('"postgres://me:s3cret@127.0.0.1:1/chats"');
  await expect(opening).rejects.toThrow(ConfigError);
  await expect(opening).rejects.toThrow('store: postgres://127.0.0.1:1/chats does not answer: ');
  await expect(opening).rejects.not.toThrow('s3cret');
});

const server = process.env['POSTGRES_URL'];
if (server !== undefined)
  describe('a store in PostgreSQL', () => {
    let name = '';
    let url = '';
    beforeEach(async () => {
      name = `secret_${randomBytes(6).toString('hex')}`;
      url = await createDatabase(server, name);
    });
    afterEach(async () => {
      await dropDatabase(server, name);
    });

    test('needs a secret, and makes none', async () => {
      for (let attempt = 0; attempt < 2; attempt++)
        await expect(open(url)).rejects.toThrow(
          new ConfigError('The configuration', [
            'secret: must be set with a store in PostgreSQL, the same for all gateways on it; make one with: openssl rand -base64 32',
          ]),
        );
      const secret = Buffer.alloc(32, 3);
      const stores = await open(url, `secret: ${secret.toString('base64')},`);
      expect(stores.secret).toEqual(secret);
      await stores.close();
    });

    test('derives the secret from its key', async () => {
      const store = `{ location: "${url}", encryptionKey: ${Buffer.alloc(32, 5).toString('base64')} }`;
      const [first, second] = [await open(store), await open(store)];
      expect(first.secret).toEqual(second.secret);
      await Promise.all([first.close(), second.close()]);
    });

    test('uses the secret that it was given when it was copied', async () => {
      const store = await openStore(url, '.', null, surroundings);
      const secret = await store.settings.secretOrNew();
      await store.close();
      const stores = await open(url);
      expect(stores.secret).toEqual(secret);
      await stores.close();
    });
  });
