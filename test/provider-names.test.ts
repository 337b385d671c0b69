import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const ROOMS = [
  'access',
  'app',
  'audit',
  'config',
  'datasources/kit',
  'domain',
  'errors',
  'export',
  'gateway',
  'graphql',
  'http',
  'live',
  'observability',
  'store',
  'timeline',
  'util',
];
/** Tables that bear a provider's name, and what versions before wrote. */
const HISTORY =
  /^src\/store\/(sqlite\/migrations|postgres\/migrations\/(0001-tables|0010-compliance)|event-formats|sql\/(account-memory|ledger(-\w+)?|message-stream|recalls))\.ts$/;
/** A contact card has a place for ids of WhatsApp, whoever holds the message. */
const PUBLISHED = /whatsAppIds/g;
const NAME = /wechat|wecom|we chat|whatsapp|tencent|socialepoch/i;

test('what is the same for all providers names none', () => {
  const files = [
    ...ROOMS.flatMap((room) =>
      readdirSync(`src/${room}`, { recursive: true, encoding: 'utf8' }).map((file) => `src/${room}/${file}`),
    ),
    ...readdirSync('src/datasources').map((file) => `src/datasources/${file}`),
  ].filter((file) => file.endsWith('.ts') && !HISTORY.test(file));
  expect(files.length).toBeGreaterThan(100);
  const naming = files.flatMap((file) =>
    readFileSync(file, 'utf8')
      .replace(PUBLISHED, '')
      .split('\n')
      .filter((line) => NAME.test(line))
      .map((line) => `${file}: ${line}`),
  );
  expect(naming).toEqual([]);
});
