import { spawn, type ChildProcess, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';

const WATCHER = fileURLToPath(new URL('watcher.ts', import.meta.url));

/**
 * Ends what the demo has started when the demo itself is killed, after which it can do nothing: a process of its own
 * reads from a pipe, which the system closes then.
 */
export class Guard {
  readonly #watcher: ChildProcessByStdio<Writable, null, null>;
  readonly #ended: Promise<unknown>;

  constructor() {
    this.#watcher = spawn(process.execPath, [WATCHER], {
      stdio: ['pipe', 'ignore', 'inherit'],
      // Ctrl-C in the terminal does not reach it.
      detached: true,
    });
    this.#ended = once(this.#watcher, 'exit');
  }

  /** @param how it is ended at once: by SIGKILL or by SIGQUIT */
  watch(child: ChildProcess, how: 'kill' | 'quit' = 'kill'): void {
    const { pid } = child;
    // It could not be started.
    if (pid === undefined) return;
    this.#write(`${how} ${pid}`);
    child.once('exit', () => {
      this.#write(`ended ${pid}`);
    });
  }

  /** Has it removed, with what is in it. */
  watchDirectory(path: string): void {
    this.#write(`remove ${path}`);
  }

  /** Call it when all have ended, and all directories are removed. */
  async close(): Promise<void> {
    this.#watcher.stdin.end();
    await this.#ended;
  }

  #write(line: string): void {
    this.#watcher.stdin.write(`${line}\n`);
  }
}
