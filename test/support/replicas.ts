import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { startGateway, type GatewayProcess } from './gateway-process.ts';

const ATTEMPTS = 5;

/** A gateway among several, with the name by which its connections to the database are known. */
export interface Replica extends GatewayProcess {
  name: string;
}

/** Gateways, each a process, on one configuration but for the way to the database; any of them may be killed and another one started. */
export class Replicas {
  /** The configuration of the last one that was started. */
  config = '';
  readonly #directory = mkdtempSync(join(tmpdir(), 'gateway-replicas-'));
  readonly #settings: Record<string, unknown>;
  readonly #secret = randomBytes(32).toString('base64');
  readonly #running = new Map<string, Replica>();
  #started = 0;
  #turn = 0;

  /** @param settings of the configuration, without `store` and `secret` */
  constructor(settings: Record<string, unknown>) {
    this.#settings = settings;
  }

  get all(): Replica[] {
    return [...this.#running.values()];
  }

  /** @param databaseUrl by which this one reaches the store */
  async start(databaseUrl: string): Promise<Replica> {
    const name = `replica-${++this.#started}`;
    const store = new URL(databaseUrl);
    store.searchParams.set('application_name', name);
    const config = join(this.#directory, `${name}.yaml`);
    writeFileSync(config, stringify({ store: store.href, secret: this.#secret, ...this.#settings }));
    this.config = config;
    const replica = { ...(await this.#serve(config)), name };
    this.#running.set(name, replica);
    return replica;
  }

  /** Each time another one, in turn. @returns the URL of its endpoint; undefined: none runs */
  next(): string | undefined {
    const { all } = this;
    return all[this.#turn++ % all.length]?.url;
  }

  /** @throws Error when it does not run */
  named(name: string): Replica {
    const replica = this.#running.get(name);
    if (!replica) throw new Error(`No replica with the name ${name} runs`);
    return replica;
  }

  async kill(replica: Replica): Promise<void> {
    this.#running.delete(replica.name);
    await replica.stop('SIGKILL');
  }

  async close(): Promise<void> {
    await Promise.all(this.all.map((replica) => this.kill(replica)));
    rmSync(this.#directory, { recursive: true });
  }

  /** As a supervisor does: on a busy machine the database may not answer in time. */
  async #serve(config: string, attempts = ATTEMPTS): Promise<GatewayProcess> {
    try {
      return await startGateway(['serve', '--config', config, '--port', '0'], { LOG_LEVEL: 'fatal' });
    } catch (error) {
      if (attempts === 1) throw error;
      return this.#serve(config, attempts - 1);
    }
  }
}
