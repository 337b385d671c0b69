import { readFileSync } from 'node:fs';
import { CriticalityLevel, diff, type Change } from '@graphql-inspector/core';
import { buildSchema, type GraphQLSchema } from 'graphql';

/** Compares two schemas, by their files: fails when clients of the first could break on the second. */
const [released = 'released/schema.graphql', current = 'schema.graphql'] = process.argv.slice(2);

const read = (file: string): GraphQLSchema => buildSchema(readFileSync(file, 'utf8'));
const changes = await diff(read(released), read(current));
const withLevel = (level: CriticalityLevel): Change[] =>
  changes.filter(({ criticality }) => criticality.level === level);

for (const { message } of withLevel(CriticalityLevel.Dangerous))
  process.stdout.write(`dangerous: ${message}\n`);
const breaking = withLevel(CriticalityLevel.Breaking);
for (const { message } of breaking) process.stdout.write(`breaking: ${message}\n`);
if (breaking.length > 0) {
  process.stderr.write(`${current} breaks what ${released} promised: keep what is there, and deprecate it\n`);
  process.exitCode = 1;
}
