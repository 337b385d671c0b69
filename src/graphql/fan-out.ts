import {
  createSourceEventStream,
  type DocumentNode,
  type ExecutionArgs,
  type ExecutionResult,
} from 'graphql';
import { sightOf } from '../access/caller.ts';
import type { LiveEvent } from '../domain/events.ts';
import type { GatewayContext } from '../gateway/context.ts';
import { EventStream } from '../gateway/event-stream.ts';
import { InUse, type Taken } from '../util/in-use.ts';
import { EventsAhead } from '../util/events-ahead.ts';
import { formatAll, type ErrorFormatter } from './format-error.ts';
import { toSharedOperation } from './operation/shared-operation.ts';
import { SharedResults, type Audience, type Shown, type SharedResultsOptions } from './shared-results.ts';

export interface FanOutOptions extends SharedResultsOptions {
  formatError: ErrorFormatter;
}

/** The events of a filter. */
interface Matching {
  pick: (event: LiveEvent) => object | null;
  /** The last one that was matched: subscribers who are level all come to the same. */
  last: { id: number; root: object | null } | null;
}

/**
 * A subscriber who lags behind, and reads, has several events recorded together. They wait in memory for it, each about as
 * long as the last one.
 */
const MAX_AHEAD = 16;
const MAX_AHEAD_LENGTH = 16 * 1024;

/**
 * Matches each event once for all equal filters, executes it once for all subscribers who are shown the same, and writes
 * its JSON once. Position, pace, revocation and audit records are each subscriber's own.
 */
export class FanOut {
  readonly #formatError: ErrorFormatter;
  readonly #results: SharedResults;
  readonly #matchings = new InUse<Matching>();
  readonly #audiences = new InUse<Audience>();
  /** A document is one object for as long as it is in use. */
  readonly #documents = new WeakMap<DocumentNode, number>();
  #lastNumber = 0;

  constructor({ formatError, ...options }: FanOutOptions) {
    this.#formatError = formatError;
    this.#results = new SharedResults(options);
  }

  /** As graphql's own. It resolves to a single result only when the subscription is refused. */
  readonly subscribe = async (
    args: ExecutionArgs,
  ): Promise<ExecutionResult | AsyncIterableIterator<Shown>> => {
    const source = await createSourceEventStream(args);
    if (!(Symbol.asyncIterator in source)) return source;
    if (!isEventStream(source)) throw new Error('A subscription has events of an unknown kind');
    // Every executor of the gateway gets this context.
    const context = args.contextValue as GatewayContext;
    const { events, picks, pick } = source;
    const sight = sightOf(context.caller);
    const matching = this.#matchings.take(`${sight} ${picks}`, () => ({ pick, last: null }));
    const audience = this.#takeAudience(args, sight);
    let lastLength = MAX_AHEAD_LENGTH;
    const show = async (id: number, root: object): Promise<Shown> => {
      const shown = await this.#show(audience, id, root, context);
      lastLength = shown.payload.length;
      return shown;
    };
    const begin = (event: LiveEvent): Promise<Shown> | null => {
      const root = match(matching.value, event);
      return root && show(event.id, root);
    };
    const most = (): number => Math.min(MAX_AHEAD, MAX_AHEAD_LENGTH / lastLength);
    return new EventsAhead(events, begin, most, () => {
      matching.release();
      audience.release();
    });
  };

  #takeAudience(args: ExecutionArgs, sight: string): Taken<Audience> {
    const operation = toSharedOperation(args);
    const { document, operationName, variableValues } = operation;
    const number = this.#documents.get(document) ?? ++this.#lastNumber;
    this.#documents.set(document, number);
    // Coerced values have one order of keys, that of the schema, and one type for each variable: equal texts, equal values.
    const key = JSON.stringify([number, operationName, variableValues, sight]);
    return this.#audiences.take(
      key,
      () => ({ number: ++this.#lastNumber, operation, running: new Set() }),
      ({ running }) => {
        for (const context of running) context.abort();
      },
    );
  }

  /** What cannot be recorded is not shown: that ends the events, since one who resumed after a later event would never see it. */
  async #show(
    { value: audience, isShared }: Taken<Audience>,
    eventId: number,
    root: object,
    { caller, gateway }: GatewayContext,
  ): Promise<Shown> {
    const { result, shown, reads } = await (isShared()
      ? this.#results.of(audience, eventId, root, caller)
      : this.#results.execute(audience, root, caller));
    await Promise.all(reads.map((read) => gateway.recordRead(read)));
    return shown ?? this.#withErrors(result);
  }

  #withErrors({ data = null, errors = [] }: ExecutionResult): Shown {
    return { data, payload: JSON.stringify({ data, errors: formatAll(errors, this.#formatError) }) };
  }
}

function isEventStream(source: object): source is EventStream<object> {
  return source instanceof EventStream;
}

function match(matching: Matching, event: LiveEvent): object | null {
  if (matching.last?.id !== event.id) matching.last = { id: event.id, root: matching.pick(event) };
  return matching.last.root;
}
