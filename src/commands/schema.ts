import { readFileSync } from 'node:fs';

/** Prints the schema as it is published: the file is checked to be what the code makes, which takes longer to make. */
export function printSchema(): void {
  process.stdout.write(readFileSync(new URL('../../schema.graphql', import.meta.url), 'utf8'));
}
