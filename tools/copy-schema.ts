import { cpSync, readdirSync } from 'node:fs';

/** The compiler leaves behind what is not TypeScript; the schema's files belong beside the compiled code. */
for (const file of readdirSync('src/schema').filter((name) => name.endsWith('.graphql'))) {
  cpSync(`src/schema/${file}`, `dist/schema/${file}`);
}
