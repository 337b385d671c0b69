import { spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';

/** What is measured has a core to itself; the load and the providers share the other one. */
const MEASURED_CORE = '0';
const LOAD_CORE = '1';

let hasBoth: boolean | undefined;

/** Whether processes can be bound to cores here. */
export function hasCores(): boolean {
  hasBoth ??= availableParallelism() >= 2 && spawnSync('taskset', ['-c', MEASURED_CORE, 'true']).status === 0;
  return hasBoth;
}

/** Binds this process, which makes the load and plays the providers. */
export function bindLoad(): void {
  if (hasCores()) spawnSync('taskset', ['-a', '-c', '-p', LOAD_CORE, String(process.pid)]);
}

/** Where a program is measured: alone on its core, or beside others on both, which the load has one of too. */
export type Place = 'own core' | 'both cores';

/** @returns the command that runs a program there */
export function toPlaced(
  place: Place,
  program: string,
  args: readonly string[],
): [command: string, args: string[]] {
  if (!hasCores()) return [program, [...args]];
  const cores = place === 'own core' ? MEASURED_CORE : `${MEASURED_CORE},${LOAD_CORE}`;
  return ['taskset', ['-c', cores, program, ...args]];
}
