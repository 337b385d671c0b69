import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/** Where the program keeps it by itself; named to Node.js it holds for `main.ts` too, whose types are stripped first. */
const COMPILE_CACHE = 'node_modules/.cache/chat-history-gateway';

/** The program, run as a user would run it. */
export interface GatewayProcess {
  url: string;
  pid: number;
  /** Everything that it wrote so far. */
  output(): string;
  /** Its exit code, or the signal that ended it. */
  ended: Promise<number | string>;
  /** @returns its exit code, or the signal that ended it */
  stop(signal: 'SIGTERM' | 'SIGKILL'): Promise<number | string>;
}

/** Runs a command to its end. */
export async function runProgram(
  args: string[],
  environment: NodeJS.ProcessEnv = {},
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const child = start(args, environment);
  const [stdout, stderr] = [collect(child.stdout), collect(child.stderr)];
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stdout: stdout(), stderr: stderr() };
}

/** A command that is under way. */
export interface RunningProgram {
  /** What it wrote so far. */
  stdout(): string;
  stderr(): string;
  kill(signal: NodeJS.Signals): void;
  /** Its exit code, or the signal that ended it. */
  ended: Promise<number | string>;
}

export function startProgram(args: string[], environment: NodeJS.ProcessEnv = {}): RunningProgram {
  const child = start(args, environment);
  const [stdout, stderr] = [collect(child.stdout), collect(child.stderr)];
  return {
    stdout,
    stderr,
    kill: (signal) => {
      child.kill(signal);
    },
    ended: (once(child, 'close') as Promise<[number | null, string | null]>).then(
      ([code, killedBy]) => code ?? killedBy ?? '',
    ),
  };
}

/** Starts `serve` or `demo` and waits until it says that it is ready. */
export async function startGateway(
  args: string[],
  environment: NodeJS.ProcessEnv = {},
): Promise<GatewayProcess> {
  const child = start(args, environment);
  const [stdout, stderr] = [collect(child.stdout), collect(child.stderr)];
  const output = (): string => stdout() + stderr();
  const ended = new Promise<number | string>((resolve) => {
    child.once('close', (code, killedBy) => {
      resolve(code ?? killedBy ?? '');
    });
  });
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout?.on('data', () => {
      const ready = /^ready (\S+)$/m.exec(stdout());
      if (ready?.[1] !== undefined) resolve(ready[1]);
    });
    child.once('close', () => {
      reject(new Error(`It ended before it was ready:\n${output()}`));
    });
  });
  return {
    url,
    pid: child.pid ?? 0,
    output,
    ended,
    stop: (signal) => {
      child.kill(signal);
      return ended;
    },
  };
}

function start(args: string[], environment: NodeJS.ProcessEnv): ChildProcess {
  return spawn(process.execPath, ['src/main.ts', ...args], {
    cwd: new URL('../..', import.meta.url),
    // Not `test`, which libraries take for leave to behave otherwise.
    env: { ...process.env, NODE_ENV: 'production', NODE_COMPILE_CACHE: COMPILE_CACHE, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

function collect(stream: ChildProcess['stdout']): () => string {
  let text = '';
  stream?.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  return () => text;
}
