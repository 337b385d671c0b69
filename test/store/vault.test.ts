import { createSecretKey, randomBytes, type KeyObject } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { ConfigError } from '../../src/errors/config-error.ts';
import { parseConfig } from '../../src/config/read-config.ts';
import { systemClock } from '../../src/util/clock.ts';
import { createStores, type GatewayStores } from '../../src/app/stores.ts';
import { openDatabase, type Database } from '../../src/store/sqlite/database.ts';
import { PAGES_MIGRATIONS } from '../../src/store/sqlite/migrations.ts';
import { openStores, toStore } from '../../src/store/open-store.ts';
import { createVault } from '../../src/store/vault.ts';

const KEY = createSecretKey(Buffer.alloc(32, 7));
const makeKey = (): KeyObject => createSecretKey(randomBytes(32));
const vault = createVault(KEY);

test.each(['key', 'value'] as const)('whatever a %s column seals it opens, and no other does', (kind) => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.nat(), (text, place) => {
      const seal = vault[kind]('inbox.it');
      const sealed = seal.seal(text);
      expect(seal.open(sealed)).toBe(text);
      expect(createVault(KEY)[kind]('inbox.it').open(sealed)).toBe(text);
      const problem = /^inbox\.it in the store was changed, or sealed with another key$/;
      expect(() => createVault(makeKey())[kind]('inbox.it').open(sealed)).toThrow(problem);
      expect(() => vault[kind]('events.it').open(sealed)).toThrow('events.it in the store');
      const changed = Buffer.from(sealed);
      changed[place % changed.length] = (changed[place % changed.length] ?? 0) ^ 1;
      const asStored = typeof sealed === 'string' ? changed.toString('latin1') : changed;
      expect(() => seal.open(asStored)).toThrow(problem);
      for (const nothing of [null, '', new Uint8Array(), text]) {
        expect(() => seal.open(nothing)).toThrow(problem);
      }
    }),
    { numRuns: 200 },
  );
});

test('equal texts seal alike in columns that are searched, and never in others', () => {
  const [key, value] = [vault.key('a'), vault.value('a')];
  expect(key.seal('same')).toBe(key.seal('same'));
  expect(key.seal('same')).not.toBe(vault.key('b').seal('same'));
  const sealed = Array.from({ length: 1_000 }, () => Buffer.from(value.seal('same')).toString('hex'));
  expect(new Set(sealed).size).toBe(1_000);
});

test('without a key everything stays as it is', () => {
  const plain = createVault(null);
  for (const seal of [plain.key('a'), plain.value('a')]) {
    expect(seal.seal('text')).toBe('text');
    expect(seal.open('text')).toBe('text');
    expect(() => seal.open(vault.value('a').seal('text'))).toThrow('a value that is not text');
  }
  expect(plain.secret).toBeNull();
});

test('a file opens with the key that it was made with, and so do the pages beside it', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'gateway-vault-'));
  const file = join(directory, 'a.db');
  const fill = (key: KeyObject | null, name = file): void => {
    using database = openDatabase(name, 'NORMAL', key);
    database.exec('CREATE TABLE IF NOT EXISTS things (it TEXT)');
  };
  fill(KEY);
  fill(KEY);
  expect(() => {
    fill(null);
  }).toThrow(`${file} is encrypted: set store.encryptionKey to the key that it was made with`);
  expect(() => {
    fill(makeKey());
  }).toThrow(`${file} was made with another key: set store.encryptionKey to that one`);
  fill(null, join(directory, 'b.db'));
  expect(() => {
    fill(KEY, join(directory, 'b.db'));
  }).toThrow(
    'b.db was made without a key, and what is in it would stay readable: leave store.encryptionKey out',
  );
  openDatabase(join(directory, 'c.db.pages'), 'NORMAL', null, PAGES_MIGRATIONS).close();
  const surroundings = { clock: systemClock, log: pino({ enabled: false }) };
  await expect(openStores('sqlite:c.db', directory, KEY, surroundings)).rejects.toThrow(
    'c.db.pages was made without a key',
  );
  rmSync(directory, { recursive: true });
});

test('a gateway that has not the key of its store says what to set, and shows no key', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'gateway-vault-'));
  const open = (encryptionKey: string): Promise<GatewayStores> =>
    createStores(
      parseConfig(
        `{ store: { location: "sqlite:./a.db"${encryptionKey} }, channels: [{ name: corp, provider: WECOM, corpId: x, secret: y }] }`,
        { source: 'a test', directory, environment: {} },
      ),
      { clock: systemClock, log: pino({ enabled: false }) },
    );
  const key = (byte: number): string => `, encryptionKey: "${Buffer.alloc(32, byte).toString('base64')}"`;
  await (await open(key(1))).close();
  const file = join(directory, 'a.db');
  for (const [other, problem] of [
    ['', `${file} is encrypted: set store.encryptionKey to the key that it was made with`],
    [
      key(2),
      `${file} was made with another key: set store.encryptionKey to that one, or name a new file in store.location`,
    ],
  ] as const) {
    await expect(open(other)).rejects.toThrow(new ConfigError('The configuration', [`store: ${problem}`]));
  }
  rmSync(directory, { recursive: true });
});

test('the secret of an encrypted store is made of its key, and stands nowhere', async () => {
  using plain = openDatabase(':memory:', 'NORMAL');
  using encrypted = openDatabase(':memory:', 'NORMAL', KEY);
  const secretOf = (database: Database): Promise<Buffer> => toStore(database).settings.secretOrNew();
  const secret = await secretOf(encrypted);
  expect(secret).toHaveLength(32);
  expect(secret).toEqual(createVault(KEY).secret);
  expect(secret).not.toEqual(KEY.export());
  expect(encrypted.prepare('SELECT * FROM settings').all()).toEqual([]);
  expect(await secretOf(plain)).toEqual(await secretOf(plain));
});
