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

/** @returns the command that runs a program on the measured core */
export function onMeasuredCore(program: string, args: readonly string[]): [command: string, args: string[]] {
  return hasCores() ? ['taskset', ['-c', MEASURED_CORE, program, ...args]] : [program, [...args]];
}
