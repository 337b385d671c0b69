import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

const TEST_STORE = 'test/support/test-store.ts';

interface Left {
  reason: string;
  files: readonly string[];
}

/** The tests that open a store or start a gateway and that `npm run test:postgres` leaves out, and why. */
export const LEFT_OUT: readonly Left[] = [
  {
    reason: 'They are about statements, transactions, locks and plans of SQLite.',
    files: [
      'test/app/reading.test.ts',
      'test/audit/transactions.test.ts',
      'test/http/routes/webhook-groups.test.ts',
      'test/observability/broken-store.test.ts',
      'test/store/sqlite-sql.test.ts',
      'test/store/sqlite/archive-migration.test.ts',
      'test/store/sqlite/archive-plans.test.ts',
      'test/store/sqlite/archive-thread.test.ts',
      'test/store/sqlite/archive-work.test.ts',
      'test/store/sqlite/inbox-groups.test.ts',
      'test/store/sqlite/scrub.test.ts',
      'test/store/sqlite/stream-plans.test.ts',
    ],
  },
  {
    reason:
      'They are about files of SQLite: which there are, what is readable in them, and those of earlier versions.',
    files: [
      'test/app/rehearsal.test.ts',
      'test/audit/sqlite-log.test.ts',
      'test/datasources/kit/kept-pages.test.ts',
      'test/process/encryption.test.ts',
      'test/process/erase.test.ts',
      'test/process/store-commands.test.ts',
      'test/store/earlier-store.test.ts',
      'test/store/event-log.test.ts',
      'test/store/sqlite/archive-versions.test.ts',
      'test/store/vault.test.ts',
      'test/store/versions.test.ts',
    ],
  },
  {
    reason: 'They count the commits of SQLite, and the turns of the event loop in which it answers.',
    files: ['test/live/event-watch.test.ts', 'test/live/processor.test.ts'],
  },
  {
    reason:
      'Their law is that one process writes deliveries in the order of their coming, as only SQLite does.',
    files: ['test/live/groups.test.ts'],
  },
  {
    reason: '`npm run test:cluster` runs them, or what they describe, on every engine.',
    files: ['test/app/stores.test.ts', 'test/audit/damage.test.ts', 'test/store/store.test.ts'],
  },
];

/** @returns the test files that get their stores from `test-store.ts`, by their imports, but for those that are left out */
export function findTestsOnStores(): string[] {
  const left = new Set(LEFT_OUT.flatMap(({ files }) => files));
  const known = new Map<string, boolean>();
  const reaches = (file: string): boolean => {
    const found = known.get(file);
    if (found !== undefined) return found;
    // In a cycle, whoever asked first looks further.
    known.set(file, false);
    const isReached = file === TEST_STORE || importsOf(file).some(reaches);
    known.set(file, isReached);
    return isReached;
  };
  return globSync('test/**/*.test.ts')
    .filter((file) => !left.has(file) && reaches(file))
    .sort();
}

/** The modules of the tests that a file imports, as paths from the project's directory. */
function importsOf(file: string): string[] {
  const text = readFileSync(file, 'utf8');
  return [...text.matchAll(/\bfrom '(\.[^']+)'/g)]
    .map(([, path = '']) => relative('.', join(dirname(file), path)))
    .filter((path) => path.startsWith('test/') && existsSync(path));
}
