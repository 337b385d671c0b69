import { startGateway, type GatewayProcess } from '../../test/support/gateway-process.ts';
import { pause } from './deliveries.ts';
import type { Guard } from './guard.ts';

/** As a supervisor does, which waits a moment before it starts a program again. */
const RESTART_AFTER_MS = 500;

/** A gateway on a port of its own, which is started again whenever it ends. */
export class Replica {
  readonly name: string;
  readonly port: number;
  readonly #config: string;
  readonly #guard: Guard;
  readonly #closing = new AbortController();
  #process: GatewayProcess | null = null;
  #running: Promise<void> = Promise.resolve();
  /** Why it last ended by itself; null: it never did. */
  #problem: string | null = null;

  constructor(name: string, port: number, config: string, guard: Guard) {
    this.name = name;
    this.port = port;
    this.#config = config;
    this.#guard = guard;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}/graphql`;
  }

  get isUp(): boolean {
    return this.#process !== null;
  }

  get problem(): string | null {
    return this.#problem;
  }

  /** @throws Error with what it wrote, when it does not start the first time */
  async start(): Promise<void> {
    const first = await this.#launch();
    this.#running = this.#supervise(first);
  }

  /** As `kill -9` does: it is not told, and finishes nothing. */
  kill(): void {
    const killed = this.#process;
    this.#process = null;
    void killed?.stop('SIGKILL');
  }

  /** Shuts it down, and starts it no more. */
  async close(): Promise<void> {
    this.#closing.abort();
    const last = this.#process;
    this.#process = null;
    await last?.stop('SIGTERM');
    await this.#running;
  }

  async #launch(): Promise<GatewayProcess> {
    const args = ['serve', '--config', this.#config, '--port', String(this.port)];
    const started = await startGateway(args, { LOG_LEVEL: 'fatal' }, undefined, {
      detached: true,
      onSpawn: (child) => {
        this.#guard.watch(child);
      },
    });
    if (this.#closing.signal.aborted) await started.stop('SIGTERM');
    else this.#process = started;
    return started;
  }

  async #supervise(first: GatewayProcess): Promise<void> {
    const { signal } = this.#closing;
    let current: GatewayProcess | null = first;
    do {
      if (current) await this.#watch(current);
      await pause(RESTART_AFTER_MS, signal);
      current = signal.aborted ? null : await this.#relaunch();
    } while (!signal.aborted);
  }

  async #watch(current: GatewayProcess): Promise<void> {
    const ending = await current.ended;
    if (this.#process !== current) return;
    this.#process = null;
    this.#problem = `${this.name} ended by itself (${ending}):\n${current.output()}`;
  }

  async #relaunch(): Promise<GatewayProcess | null> {
    try {
      return await this.#launch();
    } catch (error) {
      this.#problem = error instanceof Error ? error.message : String(error);
      return null;
    }
  }
}
