import { globSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { findTestsOnStores, LEFT_OUT } from './support/tests-on-stores.ts';

const left = LEFT_OUT.flatMap(({ files }) => files);

/** Of SQLite or in memory, by itself or in the configuration of a gateway. */
const OPENS = /\b(openDatabase|openStores?|openForReading)\(|\bstore: [`'"](memory|sqlite):/;

test('a test that opens a store by itself, and not by test-store.ts, is among those that PostgreSQL does not run', () => {
  const run = new Set(findTestsOnStores());
  const opening = globSync('test/**/*.test.ts').filter((file) => OPENS.test(readFileSync(file, 'utf8')));
  expect(opening.filter((file) => !run.has(file) && !left.includes(file))).toEqual([]);
});

test('a test that starts a gateway is run by PostgreSQL, or left out', () => {
  const run = new Set(findTestsOnStores());
  const starting = globSync('test/**/*.test.ts').filter((file) =>
    /\b(createApi|createReading|createGatewayWorld|openReading)\(|startGateway\(\['serve'/.test(
      readFileSync(file, 'utf8'),
    ),
  );
  expect(starting.filter((file) => !run.has(file) && !left.includes(file))).toEqual([]);
});

test('those that are left out are there, each once', () => {
  expect(left.filter((file) => globSync(file).length === 0)).toEqual([]);
  expect(left).toHaveLength(new Set(left).size);
});

test('what gets its store by a helper of a helper is among those that PostgreSQL runs', () => {
  expect(findTestsOnStores()).toEqual(
    expect.arrayContaining([
      'test/datasources/wecom/laws.test.ts',
      'test/gateway/gateway.test.ts',
      'test/live/tail.test.ts',
    ]),
  );
});
