import type { Logger } from 'pino';
import type { Clock } from '../../util/clock.ts';
import type { Bell } from '../bell.ts';
import { EVENTS_TOPIC, type SqlReader } from '../sql.ts';

/** How often the server is asked, for all topics together. */
const LOOK_EVERY_MS = 250;
/** The same while a bell is up, which may not have failed yet: an update that takes two steps must come within a second then, too. */
const LOOK_BEHIND_BELL_MS = 400;
/** However often it rings. */
const LOOK_AT_MOST_EVERY_MS = 5;

interface Topic {
  /** As it was when all listeners were told; null: there is one that was not. */
  version: string | null;
  listeners: Set<() => void>;
}

/** Notices what other processes write, by asking for the versions of what is watched: regularly, and when a bell rings. */
export class ForeignWrites {
  readonly #sql: SqlReader;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #topics = new Map<string, Topic>();
  /** While something is watched. */
  #looking: AbortController | null = null;
  #isClosed = false;
  #bell: Bell | null = null;
  /** Ends the current pause. */
  #pause = new AbortController();

  constructor(sql: SqlReader, { clock, log }: { clock: Clock; log: Logger }) {
    this.#sql = sql;
    this.#clock = clock;
    this.#log = log;
  }

  watch(name: string, listener: () => void): () => void {
    if (this.#isClosed) return () => undefined;
    const topic: Topic = this.#topics.get(name) ?? { version: null, listeners: new Set() };
    this.#topics.set(name, topic);
    topic.listeners.add(listener);
    // Others may have been told of what this one has not read.
    topic.version = null;
    if (this.#looking === null) {
      this.#looking = new AbortController();
      void this.#lookUntil(this.#looking.signal);
    } else {
      this.#pause.abort();
    }
    return () => {
      topic.listeners.delete(listener);
      if (topic.listeners.size === 0 && this.#topics.get(name) === topic) this.#topics.delete(name);
      if (this.#topics.size > 0) return;
      this.#stop();
    };
  }

  listenTo(bell: Bell): void {
    this.#bell = bell;
    bell.onRing(() => {
      this.#pause.abort();
    });
  }

  /** Nothing is watched from now on. */
  close(): void {
    this.#isClosed = true;
    this.#topics.clear();
    this.#stop();
  }

  #stop(): void {
    this.#looking?.abort();
    this.#looking = null;
    this.#pause.abort();
  }

  async #lookUntil(ended: AbortSignal): Promise<void> {
    const isOver = (): boolean => ended.aborted;
    let isFailing = false;
    while (!isOver()) {
      // Aborted by what rings from here on, also while it looks: that look may have come too early.
      const pause = (this.#pause = new AbortController());
      try {
        const versions = await this.#readVersions();
        isFailing = false;
        if (!isOver()) this.#tell(versions);
      } catch (error) {
        if (!isFailing && !isOver())
          this.#log.warn({ err: error }, 'The store cannot be asked for what other gateways have written');
        isFailing = true;
      }
      if (this.#bell) await this.#clock.sleep(LOOK_AT_MOST_EVERY_MS);
      if (isOver()) return;
      const pauseMs = this.#bell?.isUp ? LOOK_BEHIND_BELL_MS : LOOK_EVERY_MS;
      await this.#clock.sleep(pauseMs, pause.signal);
    }
  }

  async #readVersions(): Promise<Map<string, string>> {
    const rows = await this.#sql.all(
      `SELECT name, version FROM topics WHERE name IN (SELECT jsonb_array_elements_text($1))
       UNION ALL SELECT $2, pos FROM event_log`,
      [JSON.stringify([...this.#topics.keys()]), EVENTS_TOPIC],
    );
    return new Map(rows.map((row) => [String(row['name']), String(row['version'])]));
  }

  /** At the first look, too: something may have been written since the listener has last read. */
  #tell(versions: ReadonlyMap<string, string>): void {
    for (const [name, topic] of this.#topics) {
      const version = versions.get(name) ?? '0';
      if (version === topic.version) continue;
      topic.version = version;
      for (const listener of topic.listeners) listener();
    }
  }
}
