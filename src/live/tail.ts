import type { Clock } from '../datasources/kit/clock.ts';
import type { EventLog, NewEvent } from '../store/event-log.ts';
import { inTransaction, type Database } from '../store/database.ts';
import { NO_FILTER } from '../timeline/filter.ts';
import type { RequestScope } from '../timeline/request-scope.ts';
import type { Timeline } from '../timeline/timeline.ts';

export interface TailOptions {
  channel: string;
  timeline: Timeline;
  database: Database;
  events: EventLog;
  clock: Clock;
  createScope: () => RequestScope;
}

/** Histories get messages that were sent so long before: each reading goes over this much again. */
const LATE_MS = 2 * 3_600_000;
const PAGE_SIZE = 200;
/** A reading whose budget is spent is gone on with at once, but not for ever. */
const MAX_PAGES = 500;

/**
 * Publishes what is new in a channel's history, and nothing that was there when it was first asked. It is a reader of the
 * timeline like any other: what it has published already the event log knows by its key.
 */
export class Tail {
  readonly #options: TailOptions;
  #reading: Promise<void> | null = null;
  #again: Promise<void> | null = null;

  constructor(options: TailOptions) {
    this.#options = options;
    options.database.exec(
      'CREATE TABLE IF NOT EXISTS tails (channel TEXT PRIMARY KEY, since INTEGER NOT NULL, read_until INTEGER NOT NULL) WITHOUT ROWID',
    );
  }

  /** From now on, what is sent is news. Does nothing when it has begun already. */
  begin(): void {
    const { database, channel, clock } = this.#options;
    // Most providers tell whole seconds: what is sent in this one may say that it was sent before now.
    const now = Math.floor(clock.now() / 1000) * 1000;
    database
      .prepare('INSERT OR IGNORE INTO tails (channel, since, read_until) VALUES (?, ?, ?)')
      .run(channel, now, now);
  }

  /**
   * Reads what has come since the last time, and publishes it. Those who ask while it is being read wait for the reading
   * after that, which all of them share.
   *
   * @throws UpstreamError
   */
  catchUp(): Promise<void> {
    if (this.#reading === null) {
      this.#reading = this.#read().finally(() => {
        this.#reading = null;
      });
      return this.#reading;
    }
    this.#again ??= this.#reading.then(
      () => this.#next(),
      () => this.#next(),
    );
    return this.#again;
  }

  #next(): Promise<void> {
    this.#again = null;
    return this.catchUp();
  }

  async #read(): Promise<void> {
    const { database, channel, timeline, clock, createScope } = this.#options;
    this.begin();
    const row = database.prepare('SELECT since, read_until FROM tails WHERE channel = ?').get(channel);
    const since = Number(row?.['since']);
    const from = Math.max(since, Number(row?.['read_until']) - LATE_MS);
    const until = clock.now();
    let cursor: string | null = null;
    for (let pages = 0; pages < MAX_PAGES; pages++) {
      const page = await timeline.read(
        {
          filter: { ...NO_FILTER, channels: [channel], sentAtGte: from },
          order: 'ASC',
          page: { size: PAGE_SIZE, direction: 'forward', cursor },
          onSourceFailure: 'FAIL',
        },
        createScope(),
      );
      this.#publish(page.nodes.map((message): NewEvent => ({ type: 'message', channel, message })));
      cursor = page.pageInfo.endCursor;
      if (!page.pageInfo.hasNextPage) {
        database.prepare('UPDATE tails SET read_until = ? WHERE channel = ?').run(until, channel);
        return;
      }
    }
  }

  #publish(news: NewEvent[]): void {
    if (news.length === 0) return;
    const { database, events, clock } = this.#options;
    const before = events.lastId();
    inTransaction(database, () => {
      events.append(news, clock.now());
    });
    if (events.lastId() > before) events.announce();
  }
}
