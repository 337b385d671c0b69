import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { expect, test } from 'vitest';

/** The rooms of the core: each of their modules has a test that is found by its name. */
const ROOMS = ['timeline', 'graphql/operation', 'live', 'gateway'];

const modules = ROOMS.flatMap((room) => globSync(`src/${room}/**/*.ts`)).sort();

/** The modules that a file imports itself, as paths from here. */
function importsOf(file: string): string[] {
  const text = readFileSync(file, 'utf8');
  return [...text.matchAll(/\bfrom '(\.[^']+)'/g)].map(([, path = '']) =>
    relative('.', resolve(dirname(file), path)),
  );
}

test('each room of the core has modules', () => {
  for (const room of ROOMS) expect(globSync(`src/${room}/**/*.ts`), room).not.toEqual([]);
});

test.each(modules)('%s has a test of its name in the same place, which imports it', (file) => {
  const path = join('test', relative('src', file).replace(/\.ts$/, '.test.ts'));
  expect(globSync(path)).toEqual([path]);
  expect(importsOf(path)).toContain(file);
});
