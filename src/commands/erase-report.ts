import { createInterface } from 'node:readline/promises';
import type { FoundInChannel } from '../compliance/erase.ts';
import type { ParticipantRecord } from '../domain/records.ts';
import { ConfigError } from '../errors/config-error.ts';

/** What was looked for, and where it was not. */
export interface Findings {
  found: readonly FoundInChannel[];
  /** Whether the person was erased before. */
  wasErased: boolean;
  /** Names of archives that no configured channel has. */
  unsearched: readonly string[];
}

const NOTHING_FOUND = 2;
const NOT_ALL_SEARCHED = 3;

/** 2: nothing is known of this id, which may be mistyped. 3: there are archives that were not searched. */
export function toExitCode(findings: Findings): number {
  if (findings.unsearched.length > 0) return NOT_ALL_SEARCHED;
  return isKnown(findings) ? 0 : NOTHING_FOUND;
}

export function show(findings: Findings): void {
  const { found, unsearched } = findings;
  for (const { channel, counts, held } of found) {
    const lines = Object.entries(counts)
      .filter(([, count]) => count > 0)
      .map(
        ([table, count]) =>
          `  ${table === 'names' ? 'messages of others, without the name' : table}: ${count}`,
      );
    if (held > 0) lines.push(`  held, and kept: ${held}`);
    write(`${channel}:\n${lines.length > 0 ? lines.join('\n') : '  nothing'}`);
  }
  if (!isKnown(findings)) write('Nothing was found of this id: is it the one that messages show?');
  if (unsearched.length === 0) return;
  write('Not searched, since no configured channel has these archives:');
  for (const name of unsearched) write(`  ${name}`);
  write('Put their channels back into the configuration, and run the command again.');
}

export function tellEnd(findings: Findings): void {
  if (!isKnown(findings)) write('The id is hidden from now on, should a provider list it.');
  else if (findings.unsearched.length > 0) write('Erased, but for what was not searched.');
  else write('Erased. Backups, logs and replicas are yours to erase: see docs/compliance.md.');
}

/** @throws ConfigError unless the id is typed */
export async function confirm({ nativeId }: ParticipantRecord): Promise<void> {
  if (!process.stdin.isTTY)
    throw new ConfigError('The command', ['nothing was erased: confirm it with --yes, or on a terminal']);
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const typed = await terminal.question(`To erase this for good, type the id ${nativeId}: `);
    if (typed.trim() !== nativeId) throw new ConfigError('The command', ['nothing was erased']);
  } finally {
    terminal.close();
  }
}

function isKnown({ found, wasErased }: Findings): boolean {
  return (
    wasErased ||
    found.some(({ counts, held }) => held > 0 || Object.values(counts).some((count) => count > 0))
  );
}

function write(line: string): void {
  process.stdout.write(`${line}\n`);
}
