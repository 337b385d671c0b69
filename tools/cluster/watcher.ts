import { rmSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { isErrno } from '../../src/util/errno.ts';

/** The process of a `Guard`: reads what the demo has started, and ends that when the demo is there no more. */

const LOOK_EVERY_MS = 20;
/** In a container without an init process, orphans that have ended stay for ever. */
const MAX_LOOKS = 500;

const signals = new Map<number, 'SIGKILL' | 'SIGQUIT'>();
const directories: string[] = [];
for await (const line of createInterface({ input: process.stdin })) take(line);
for (const [pid, signal] of signals) send(pid, signal);
for (let looks = 0; looks < MAX_LOOKS && [...signals.keys()].some((pid) => send(pid, 0)); looks++)
  await sleep(LOOK_EVERY_MS);
for (const directory of directories) rmSync(directory, { recursive: true, force: true });

function take(line: string): void {
  const [, word, rest = ''] = /^(\w+) (.+)$/.exec(line) ?? [];
  switch (word) {
    case 'kill':
      signals.set(Number(rest), 'SIGKILL');
      break;
    case 'quit':
      signals.set(Number(rest), 'SIGQUIT');
      break;
    case 'ended':
      signals.delete(Number(rest));
      break;
    case 'remove':
      directories.push(rest);
      break;
    default:
      throw new Error(`The watcher does not know "${line}"`);
  }
}

/** @returns whether there is such a process */
function send(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, signal);
  } catch (error) {
    if (isErrno(error, 'ESRCH')) return false;
    throw error;
  }
}
