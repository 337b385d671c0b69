import { readFileSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import { MAY_KNOW, ROLES } from '../src/store/postgres/views/expressions.ts';
import { VIEWS } from '../src/store/postgres/views/index.ts';
import type { ViewColumn } from '../src/store/postgres/views/view.ts';

/**
 * Compares the views for analysts with those of the last release, or of a file: fails when a statement or an extract of an analyst could
 * break, or who is masked could see more or less. With `--release` it writes the file instead.
 */
const DEFAULT_FILE = 'released/views.json';
const args = process.argv.slice(2);
const isRelease = args.includes('--release');
const [file = DEFAULT_FILE] = args.filter((arg) => !arg.startsWith('--'));

/** How much of a column is null for who is masked. */
const mask = z.enum(['open', 'partly masked', 'masked']);
const promised = z.object({
  /** What they may see, by the names by which administrators grant it. */
  roles: z.record(z.string(), z.string()),
  views: z.array(z.object({ view: z.string(), columns: z.array(z.tuple([z.string(), z.string(), mask])) })),
});
type Promised = z.infer<typeof promised>;

const current: Promised = {
  roles: ROLES,
  views: VIEWS.map(({ name, columns }) => ({
    view: name,
    columns: columns.map((column) => [column.name, column.type, maskOf(column)]),
  })),
};

function maskOf({ isMasked, value }: ViewColumn): z.infer<typeof mask> {
  if (isMasked) return 'masked';
  return value.includes(MAY_KNOW) ? 'partly masked' : 'open';
}

/** In words, one for each role that is another one, and for each view that does not begin as it was. New columns come behind the others. */
function findBreaks({ roles, views }: Promised): string[] {
  const renamed = Object.entries(roles).flatMap(([sees, role]) => {
    const now = current.roles[sees];
    if (now === role) return [];
    return now === undefined ? [`Role '${role}' was removed`] : [`Role '${role}' was renamed to '${now}'`];
  });
  return [...renamed, ...views.flatMap(findBreaksOf)];
}

function findBreaksOf({ view, columns }: Promised['views'][number]): string[] {
  const now = current.views.find((other) => other.view === view);
  if (!now) return [`View '${view}' was removed`];
  return columns.flatMap(([name, type, hides], place) => {
    const column = `Column '${view}.${name}'`;
    const at = now.columns.findIndex(([other]) => other === name);
    const [, newType, newHides] = now.columns[at] ?? [];
    if (newType === undefined) return [`${column} was removed`];
    if (at !== place) return [`${column} is number ${at + 1}, and was number ${place + 1}`];
    if (newType !== type) return [`${column} is of type '${newType}', and was of '${type}'`];
    return newHides === hides ? [] : [`${column} is ${newHides}, and was ${hides}`];
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
