import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { dirname, join } from 'node:path';

/** The program as it stands in the repository; left out, it is the one that was put together for this run, which starts faster. */
export const FROM_SOURCES = 'src/main.ts';

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

/** How a process is started that outlives no demo. */
export interface StartOptions {
  /** Ctrl-C in the terminal does not reach it. */
  detached?: boolean;
  /** Called at once, before it is ready. */
  onSpawn?: (child: ChildProcess) => void;
}

/** Runs a command to its end. */
export async function runProgram(
  args: string[],
  environment: NodeJS.ProcessEnv = {},
  program?: string,
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const child = start(args, environment, program);
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

/** Starts `serve`, without a rehearsal, or `demo`, and waits until it says that it is ready. */
export async function startGateway(
  args: string[],
  environment: NodeJS.ProcessEnv = {},
  program?: string,
  { detached = false, onSpawn }: StartOptions = {},
): Promise<GatewayProcess> {
  const child = start(
    args[0] === 'serve' ? [...args, '--no-rehearsal'] : args,
    environment,
    program,
    detached,
  );
  onSpawn?.(child);
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

function start(
  args: string[],
  environment: NodeJS.ProcessEnv,
  // Set where tests have put the program together before.
  program = process.env['BUILT_PROGRAM'] ?? FROM_SOURCES,
  detached = false,
): ChildProcess {
  return spawn(process.execPath, [program, ...args], {
    cwd: new URL('../..', import.meta.url),
    // Not `test`, which libraries take for leave to behave otherwise.
    env: {
      ...process.env,
      NODE_ENV: 'production',
      // Where `main.ts` puts it by itself; named to Node.js it holds for that file too.
      NODE_COMPILE_CACHE: join(dirname(program), '../node_modules/.cache/chat-history-gateway'),
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached,
  });
}

function collect(stream: ChildProcess['stdout']): () => string {
  let text = '';
  stream?.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  return () => text;
}
