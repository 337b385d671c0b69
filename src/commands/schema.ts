import { readFileSync } from 'node:fs';

/** Prints the published schema file: a check keeps it equal to what the code makes, which takes longer. */
export function printSchema(): void {
  process.stdout.write(readFileSync(new URL('../../schema.graphql', import.meta.url), 'utf8'));
}
