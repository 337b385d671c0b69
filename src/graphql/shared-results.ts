import type { ExecutionResult } from 'graphql';
import { LRUCache } from 'lru-cache';
import type { Caller } from '../access/caller.ts';
import type { CreateContext, GatewayContext } from '../gateway/context.ts';
import type { Read } from '../gateway/read-recorder.ts';
import type { Clock } from '../util/clock.ts';
import type { Executor } from './execution/executor.ts';
import type { SharedOperation } from './operation/shared-operation.ts';

/** What a subscriber is shown of an event; the same object for all who are shown the same. */
export interface Shown extends ExecutionResult {
  /** The result as JSON. */
  readonly payload: string;
}

/** What one execution found, and what it read, which is recorded for each of its readers. */
export interface SharedResult {
  result: ExecutionResult;
  /** Null when there are errors: the text of some names the reader's own request. */
  shown: Shown | null;
  reads: readonly Read[];
}

/** Subscribers who are shown the same of an event. */
export interface Audience {
  readonly number: number;
  readonly operation: SharedOperation;
  /** Contexts of the executions under way. */
  readonly running: Set<GatewayContext>;
}

export interface SharedResultsOptions {
  executor: Executor;
  createContext: CreateContext;
  clock: Clock;
}

/** What an event shows may change, so a subscriber who lags behind is shown what was true a moment ago at most. */
const SHARED_FOR_MS = 1_000;
const MAX_BYTES = 16 * 1024 * 1024;
const SMALLEST_BYTES = 500;
/** A payload is kept as values, as text and as the bytes of a frame. */
const BYTES_PER_CHARACTER = 6;

/** Executes each event once for each audience, and keeps the results for a moment. */
export class SharedResults {
  readonly #executor: Executor;
  readonly #createContext: CreateContext;
  readonly #kept: LRUCache<string, Promise<SharedResult>>;

  constructor({ executor, createContext, clock }: SharedResultsOptions) {
    this.#executor = executor;
    this.#createContext = createContext;
    this.#kept = new LRUCache({
      maxSize: MAX_BYTES,
      ttl: SHARED_FOR_MS,
      ttlResolution: 0,
      noUpdateTTL: true,
      perf: { now: () => clock.monotonic() },
    });
  }

  /** @param caller of one subscriber, whose share of the providers' quotas is used */
  of(audience: Audience, eventId: number, root: object, caller: Caller): Promise<SharedResult> {
    const key = `${audience.number} ${eventId}`;
    const kept = this.#kept.get(key);
    if (kept) return kept;
    const executing = this.execute(audience, root, caller);
    this.#keep(key, executing, SMALLEST_BYTES);
    executing.then(
      ({ result, shown }) => {
        const { length } = shown?.payload ?? JSON.stringify(result);
        if (this.#kept.peek(key) === executing)
          this.#keep(key, executing, SMALLEST_BYTES + length * BYTES_PER_CHARACTER);
      },
      // Its readers get the error.
      () => this.#kept.delete(key),
    );
    return executing;
  }

  #keep(key: string, result: Promise<SharedResult>, size: number): void {
    this.#kept.set(key, result, { size });
  }

  /** For an audience of one, which has no use for a cache. */
  async execute({ operation, running }: Audience, rootValue: object, caller: Caller): Promise<SharedResult> {
    const reads: Read[] = [];
    const contextValue = this.#createContext(caller, (read) => {
      reads.push(read);
      return Promise.resolve();
    });
    running.add(contextValue);
    try {
      const result = await this.#executor.execute({ ...operation, rootValue, contextValue });
      return { result, shown: result.errors ? null : toShown(result), reads };
    } finally {
      running.delete(contextValue);
    }
  }
}

function toShown({ data = null }: ExecutionResult): Shown {
  return { data, payload: JSON.stringify({ data }) };
}
