import { parseArgs } from 'node:util';
import { findPostgres } from '../../test/support/postgres.ts';

const USAGE = `npm run demo:cluster -- [--seconds N] [--kill-every N] [--port N]
  --seconds N      how long it runs; default: until Ctrl-C, and once more to wait for nothing
  --kill-every N   seconds between two kills; default: 5
  --port N         of the balancer; 0 takes any free port; default: 4000
`;
const NO_POSTGRES = `There is no PostgreSQL server on this machine. Install it, which the demo then runs in a directory of its own:

  apt-get install postgresql

or set POSTGRES_BIN to the directory of its programs (initdb, postgres).
`;
const FOREVER_S = 1_000_000;
const SAME_SIGNAL_MS = 500;

process.exitCode = await main();

async function main(): Promise<number> {
  const options = readOptions();
  if (options === null) {
    process.stderr.write(USAGE);
    return 2;
  }
  const postgres = findPostgres();
  if (postgres === null) {
    process.stderr.write(NO_POSTGRES);
    return 1;
  }
  // Not before: what it loads takes a while.
  const { runDemo } = await import('./demo.ts');
  const ending = new AbortController();
  const leaving = new AbortController();
  let endedAt = Infinity;
  const end = (): void => {
    // One Ctrl-C may come twice: from the terminal, and from npm.
    if (performance.now() > endedAt + SAME_SIGNAL_MS) leaving.abort();
    endedAt = Math.min(endedAt, performance.now());
    ending.abort();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, end);
  const write = (text: string): void => {
    process.stdout.write(text);
  };
  try {
    const terminal = { write, ending: ending.signal, leaving: leaving.signal };
    const isWell = await runDemo({ ...options, postgres }, terminal);
    return isWell ? 0 : 1;
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  } finally {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.off(signal, end);
  }
}

/** @returns null: the arguments are no good */
function readOptions(): { seconds: number; killEvery: number; port: number } | null {
  const text = { type: 'string' } as const;
  try {
    const { values } = parseArgs({ options: { seconds: text, 'kill-every': text, port: text } });
    const seconds = Number(values.seconds ?? FOREVER_S);
    const killEvery = Number(values['kill-every'] ?? 5);
    const port = Number(values.port ?? 4000);
    const isGood = seconds > 0 && killEvery > 0 && Number.isInteger(port) && port >= 0 && port < 65_536;
    return isGood ? { seconds, killEvery, port } : null;
  } catch {
    return null;
  }
}
