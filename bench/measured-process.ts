import { spawn, type ChildProcess, type ChildProcessByStdio } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { toPlaced, type Place } from './cores.ts';

const ROOT = new URL('..', import.meta.url);
/** Linux counts processor time for `/proc` in hundredths of a second. */
const TICK_MS = 10;
const KIB = 1024;

const running = new Set<ChildProcess>();

/** A server under measurement, on a core of its own unless said otherwise. */
export interface MeasuredProcess {
  /** Of its GraphQL endpoint. */
  url: string;
  /** From its start until it said that it was ready. */
  startMs: number;
  /** Processor time of all its threads since its start. */
  cpuMs: () => number;
  residentBytes: () => number;
  /** The most that was ever resident. */
  peakBytes: () => number;
  stop: () => Promise<void>;
}

/**
 * Starts a program and waits until it prints `ready URL`.
 *
 * @param args of Node.js: the program and its arguments
 * @throws Error with its output when it ends before
 */
export async function startMeasured(
  args: readonly string[],
  place: Place = 'own core',
): Promise<MeasuredProcess> {
  const beganAt = performance.now();
  const { child, ended, output } = start(args, place);
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout.on('data', () => {
      const ready = /^ready (\S+)$/m.exec(output())?.[1];
      if (ready !== undefined) resolve(ready);
    });
    void ended.then(() => {
      reject(new Error(`${args.join(' ')} ended before it was ready:\n${output()}`));
    });
  });
  const startMs = performance.now() - beganAt;
  const pid = child.pid ?? 0;
  return {
    url,
    startMs,
    cpuMs: () => readCpuMs(pid),
    residentBytes: () => readStatus(pid, 'VmRSS'),
    peakBytes: () => readStatus(pid, 'VmHWM'),
    stop: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

/** Runs a program to its end. @returns milliseconds. @throws Error with its output when it fails */
export async function timeToEnd(args: readonly string[]): Promise<number> {
  const beganAt = performance.now();
  const { ended, output } = start(args, 'own core');
  const code = await ended;
  if (code !== 0) throw new Error(`${args.join(' ')} has failed:\n${output()}`);
  return performance.now() - beganAt;
}

function start(
  args: readonly string[],
  place: Place,
): {
  child: ChildProcessByStdio<null, Readable, Readable>;
  /** With its exit code; null when a signal ended it. */
  ended: Promise<number | null>;
  output: () => string;
} {
  const [command, commandArgs] = toPlaced(place, process.execPath, args);
  const child = spawn(command, commandArgs, {
    cwd: ROOT,
    env: { ...process.env, NODE_ENV: 'production', LOG_LEVEL: 'error' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  if (running.size === 0) process.once('exit', endAll);
  running.add(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const ended = new Promise<number | null>((resolve) => {
    child.once('close', (code) => {
      running.delete(child);
      if (running.size === 0) process.off('exit', endAll);
      resolve(code);
    });
  });
  return { child, ended, output: () => output };
}

/** Measures with a server, and stops it whatever happens. */
export async function withMeasured<Measured extends { stop: () => Promise<void> }, T>(
  starting: Promise<Measured>,
  measure: (measured: Measured) => Promise<T>,
): Promise<T> {
  const measured = await starting;
  try {
    return await measure(measured);
  } finally {
    await measured.stop();
  }
}

/** When this process fails, what it started must not stay behind. */
function endAll(): void {
  for (const child of running) child.kill('SIGKILL');
}

/** The name of a program, in parentheses, may hold anything; what follows it has no parenthesis. */
export function parseCpuMs(stat: string): number {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}

function readCpuMs(pid: number): number {
  return parseCpuMs(readFileSync(`/proc/${pid}/stat`, 'utf8'));
}

function readStatus(pid: number, field: 'VmRSS' | 'VmHWM'): number {
  const line = new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return Number(line?.[1]) * KIB;
}
