import type { StatementSync } from 'node:sqlite';
import { BudgetSpentError } from '../errors/upstream-error.ts';
import type { Clock } from '../util/clock.ts';
import { earliestNow, isSettled, latestNow } from '../util/present.ts';
import { RequestError } from '../errors/request-error.ts';
import type { EventLog, NewEvent } from '../store/event-log.ts';
import { inTransaction, type Database } from '../store/sqlite/database.ts';
import type { ColumnSeal } from '../store/vault.ts';
import { NO_FILTER } from '../timeline/filter.ts';
import type { RequestBudget } from '../timeline/request-budget.ts';
import { findFailure } from '../timeline/source-status.ts';
import type { Timeline, TimelinePage } from '../timeline/timeline.ts';

export interface TailOptions {
  channel: string;
  timeline: Pick<Timeline, 'read'>;
  database: Database;
  events: EventLog;
  clock: Clock;
  createRequestBudget: () => RequestBudget;
}

/** One way through what has come since the last one, which may take many pages, and more than one process. */
interface Reading {
  /** Unix ms: messages that were sent earlier are not read. */
  from: number;
  /** Unix ms: when it began. Once it has ended, the next begins there. */
  until: number;
  /** Null: before its first page. */
  cursor: string | null;
}

/** Histories get messages that were sent so long before: each reading goes over this much again. */
const LATE_MS = 2 * 3_600_000;
/** A message may have been published so long before it was sent, as providers' clocks are not ours. */
const SKEW_MS = 2 * 3_600_000;
const PAGE_SIZE = 200;
/** Of pages in a row that come no further, as when a provider must be asked for longer than one request may. */
const MAX_STALLS = 3;

/**
 * Publishes what is new in a channel's history, and nothing that was there when it was first asked. It is a reader of the
 * timeline like any other: what it has published already the event log knows by its key, and what the log may have
 * forgotten it does not read.
 *
 * Each page is published in the transaction that keeps the position after it, so that a reading of any length gets on,
 * wherever it is interrupted.
 */
export class Tail {
  readonly #options: TailOptions;
  readonly #cursor: ColumnSeal;
  readonly #find: StatementSync;
  readonly #keep: StatementSync;
  readonly #end: StatementSync;
  readonly #noteRead: StatementSync;
  #scope: RequestBudget | null = null;
  #isClosed = false;
  #reading: Promise<void> | null = null;
  #again: Promise<void> | null = null;

  constructor(options: TailOptions) {
    this.#options = options;
    const { database } = options;
    this.#cursor = database.vault.value('tail_readings.cursor');
    this.#find = database.prepare(
      `SELECT since, tails.read_until AS last_until, read_from, tail_readings.read_until AS until, cursor
       FROM tails LEFT JOIN tail_readings USING (channel) WHERE channel = ?`,
    );
    this.#keep = database.prepare(
      'INSERT OR REPLACE INTO tail_readings (channel, read_from, read_until, cursor) VALUES (?, ?, ?, ?)',
    );
    this.#end = database.prepare('DELETE FROM tail_readings WHERE channel = ?');
    this.#noteRead = database.prepare('UPDATE tails SET read_until = ? WHERE channel = ?');
  }

  /**
   * From now on, what is sent is updates. When it has begun already, that moment stays, unless it is still to come: it was
   * written by a clock that was ahead.
   */
  begin(): void {
    const { database, channel, clock } = this.#options;
    // Most providers tell whole seconds: what is sent in this one may say that it was sent before now.
    const now = Math.floor(latestNow(clock) / 1000) * 1000;
    database
      .prepare(
        `INSERT INTO tails (channel, since, read_until) VALUES (?, ?, ?)
         ON CONFLICT DO UPDATE SET since = excluded.since WHERE since > excluded.since`,
      )
      .run(channel, now, now);
  }

  /**
   * Reads what has come since the last time, and publishes it. Those who ask while it is being read wait for the reading
   * after that, which all of them share.
   *
   * @throws UpstreamError
   * @throws BudgetSpentError before its end: it is closed, or comes no further
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

  /** Breaks off the page under way. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#scope?.abort();
    await Promise.allSettled([this.#reading, this.#again]);
  }

  #next(): Promise<void> {
    this.#again = null;
    return this.catchUp();
  }

  async #read(): Promise<void> {
    this.begin();
    let reading = this.#resume();
    let stalls = 0;
    while (!this.#isClosed) {
      const page = await this.#readPage(reading);
      if (page === 'BAD_CURSOR') {
        this.#end.run(this.#options.channel);
        reading = this.#resume();
        continue;
      }
      const { hasNextPage, endCursor } = page.pageInfo;
      const next = { ...reading, cursor: endCursor };
      this.#publish(page, hasNextPage ? next : null, reading.until);
      stalls = endCursor === reading.cursor ? stalls + 1 : 0;
      if (!hasNextPage) return;
      // The next reading goes on from there.
      if (stalls >= MAX_STALLS) throw new BudgetSpentError();
      reading = next;
      // What is at hand is read without any I/O that others could run in between.
      await new Promise((resolve) => setImmediate(resolve));
    }
    throw new BudgetSpentError();
  }

  /** The reading that was interrupted, or a new one. */
  #resume(): Reading {
    const { channel, clock, events } = this.#options;
    const row = this.#find.get(channel);
    const lastUntil = Number(row?.['last_until']);
    const forgotten = events.forgottenBefore();
    const cursor = row?.['cursor'] ?? null;
    const from = Number(row?.['read_from']);
    // The log has forgotten what the reading may come to, which would be published once more.
    const isOutdated = from < forgotten;
    if (cursor !== null && !isOutdated)
      return {
        from,
        until: Math.min(Number(row?.['until']), latestNow(clock)),
        cursor: this.#cursor.open(cursor),
      };
    return {
      from: Math.max(
        Number(row?.['since']),
        // A moment to come is of a clock that was ahead, and does not say how far was read.
        lastUntil <= latestNow(clock) ? lastUntil - LATE_MS : 0,
        forgotten === 0 ? 0 : forgotten + SKEW_MS,
      ),
      until: earliestNow(clock),
      cursor: null,
    };
  }

  /**
   * What to note when all until then has been read. What was noted before is later when this clock is behind, or the one
   * then was ahead. Which of them it is cannot be told, so it stays until this one has settled, or was seen to be set back.
   */
  #latestRead(until: number): number {
    const { channel, clock } = this.#options;
    const noted = Number(this.#find.get(channel)?.['last_until']);
    const wasSetBack = noted > clock.now() && noted <= latestNow(clock);
    return wasSetBack || isSettled(clock) ? until : Math.max(until, noted);
  }

  async #readPage({ from, cursor }: Reading): Promise<TimelinePage | 'BAD_CURSOR'> {
    const { channel, timeline, createRequestBudget } = this.#options;
    this.#scope = createRequestBudget();
    try {
      const page = await timeline.read(
        {
          filter: { ...NO_FILTER, channels: [channel], sentAtGte: from },
          order: 'ASC',
          page: { size: PAGE_SIZE, direction: 'forward', cursor },
          onSourceFailure: 'PARTIAL',
        },
        this.#scope,
      );
      // What is counted and not listed holds up nothing else: it is news once it is listed.
      const failure = findFailure(page.sources);
      if (failure) throw failure;
      return page;
    } catch (error) {
      // Its own cursor is of another secret, or of another version: the reading begins anew.
      const isVoid = cursor !== null && error instanceof RequestError && error.code === 'BAD_CURSOR';
      if (!isVoid) throw error;
      return 'BAD_CURSOR';
    }
  }

  /** @param next null: the reading has ended */
  #publish({ nodes }: TimelinePage, next: Reading | null, until: number): void {
    const { database, events, clock, channel } = this.#options;
    const updates = nodes.map((message): NewEvent => ({ type: 'message', channel, message }));
    const before = events.lastId();
    inTransaction(database, () => {
      events.append(updates, latestNow(clock));
      if (next === null) {
        this.#noteRead.run(this.#latestRead(until), channel);
        this.#end.run(channel);
      } else if (next.cursor !== null) {
        this.#keep.run(channel, next.from, next.until, this.#cursor.seal(next.cursor));
      }
    });
    if (events.lastId() > before) events.announce();
  }
}
