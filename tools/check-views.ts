import { readFileSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import { VIEWS } from '../src/store/postgres/views/index.ts';

/**
 * Compares the views for analysts with those of the last release, or of a file: fails when a statement or an extract of an analyst could
 * break. With `--release` it writes the file instead.
 */
const DEFAULT_FILE = 'released/views.json';
const args = process.argv.slice(2);
const isRelease = args.includes('--release');
const [file = DEFAULT_FILE] = args.filter((arg) => !arg.startsWith('--'));

const promised = z.array(z.object({ view: z.string(), columns: z.array(z.tuple([z.string(), z.string()])) }));
type Promised = z.infer<typeof promised>;

const current: Promised = VIEWS.map(({ name, columns }) => ({
  view: name,
  columns: columns.map(({ name: column, type }) => [column, type]),
}));

/** In words, one for each view that does not begin as it was. New columns come behind the others. */
function findBreaks(released: Promised): string[] {
  return released.flatMap(({ view, columns }) => {
    const now = current.find((other) => other.view === view);
    if (!now) return [`View '${view}' was removed`];
    return columns.flatMap(([name, type], place) => {
      const at = now.columns.findIndex(([other]) => other === name);
      if (at < 0) return [`Column '${view}.${name}' was removed`];
      if (at !== place) return [`Column '${view}.${name}' is number ${at + 1}, and was number ${place + 1}`];
      const [, found = ''] = now.columns[at] ?? [];
      return found === type ? [] : [`Column '${view}.${name}' is of type '${found}', and was of '${type}'`];
    });
  });
}

if (isRelease) writeFileSync(file, `${JSON.stringify(current)}\n`);
else {
  const breaks = findBreaks(promised.parse(JSON.parse(readFileSync(file, 'utf8'))));
  for (const words of breaks) process.stdout.write(`breaking: ${words}\n`);
  if (breaks.length > 0) {
    process.stderr.write(
      `The views break what ${file} promised: keep what is there, and add columns at the end\n`,
    );
    process.exitCode = 1;
  }
}
