import type { ChatChannel, MessageSource, Order, Walk } from '../datasources/message-source.ts';
import type { Logger } from 'pino';
import { RequestError } from '../errors/request-error.ts';
import { UpstreamError } from '../errors/upstream-error.ts';
import type { Clock } from '../util/clock.ts';
import { latestNow } from '../util/present.ts';
import { PositionError } from '../datasources/kit/position.ts';
import {
  foreignCursor,
  isEnd,
  type Binding,
  type CursorCodec,
  type SourcePlace,
  type TimelinePosition,
} from './cursor.ts';
import {
  admitsChannel,
  createMatcher,
  needsText,
  toSourceFilter,
  type TextOf,
  type TimelineFilter,
} from './filter.ts';
import { MergeInput } from './merge-input.ts';
import { mergeInputs } from './merge.ts';
import { readingOrder, type PageRequest } from './page-request.ts';
import type { RequestBudget } from './request-budget.ts';
import { findLack, toSourceStatus, type SourceStatus } from './source-status.ts';
import { toPage, type TimelinePage } from './timeline-page.ts';
import { Trail } from './trail.ts';

export interface TimelineQuery {
  filter: TimelineFilter;
  /** The order in which messages are shown. */
  order: Order;
  page: PageRequest;
  /**
   * How far back the list begins when the filter does not say: before its end if the filter has one, else before the
   * moment when the walk's first page was requested, so that all pages of a walk have the same beginning. Default: no
   * bound.
   */
  lookbackMs?: number;
  /**
   * `FAIL`: a source that failed, or lists fewer messages than it counts, fails the query. `PARTIAL`: it is reported,
   * and its messages come once it is back.
   */
  onSourceFailure: 'PARTIAL' | 'FAIL';
  /** `ARCHIVE`: only what is kept is read, complete or not, without a call. Default: `LIVE`. */
  readFrom?: 'LIVE' | 'ARCHIVE';
}

/** Many channels read as one ordered, resumable list. */
export class Timeline {
  readonly #channels: readonly ChatChannel[];
  readonly #cursors: CursorCodec;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #textOf: TextOf;

  constructor(
    channels: readonly ChatChannel[],
    cursors: CursorCodec,
    clock: Clock,
    log: Logger,
    textOf: TextOf = ({ text }) => text,
  ) {
    this.#channels = channels;
    this.#cursors = cursors;
    this.#clock = clock;
    this.#log = log;
    this.#textOf = textOf;
  }

  /** The same timeline of fewer channels, for a reader who sees these texts. */
  narrow(channels: readonly ChatChannel[], textOf: TextOf): Timeline {
    return new Timeline(channels, this.#cursors, this.#clock, this.#log, textOf);
  }

  /**
   * Reads one page.
   *
   * @throws RequestError `BAD_CURSOR`
   * @throws UpstreamError when a source failed, or omits messages, and `onSourceFailure` is `FAIL`
   */
  async read(
    { filter, order: shown, page, onSourceFailure, lookbackMs, readFrom }: TimelineQuery,
    requestBudget: RequestBudget,
  ): Promise<TimelinePage> {
    const isArchiveOnly = readFrom === 'ARCHIVE';
    // Left out where they do not matter: older cursors do not have them.
    const binding: Binding = { filter, order: shown, lookbackMs, ...(isArchiveOnly ? { readFrom } : {}) };
    const from = page.cursor === null ? null : this.#cursors.decode(page.cursor, binding);
    const order = readingOrder(shown, page.direction);
    // A cursor of the future was made while the clock was ahead.
    const asOf = Math.min(from?.asOf ?? Infinity, requestBudget.arrivedAt);
    const walk: Walk = {
      order,
      oldest: filter.sentAtGte ?? Math.max(0, (filter.sentAtLt ?? asOf) - (lookbackMs ?? Infinity)),
      // Newest first, the list is fixed at its first page's time; oldest first, it continues to the present.
      newest: Math.min((filter.sentAtLt ?? Infinity) - 1, shown === 'DESC' ? asOf : latestNow(this.#clock)),
      asOf,
      filter: toSourceFilter(filter),
      ...(isArchiveOnly ? { isArchiveOnly } : {}),
    };

    const inputsOf = this.#openInputs(filter, walk, from);
    const inputs = [...inputsOf.values()].flat();
    const trail = new Trail(inputs, order);
    await mergeInputs(inputs, order, page.size, requestBudget, (message, input) => {
      trail.add(message, input);
    });

    for (const { source, failure } of inputs) {
      if (failure instanceof PositionError) throw foreignCursor();
      const isOurs = failure !== null && !(failure instanceof UpstreamError);
      if (isOurs) this.#log.error({ channel: source.channel, err: failure }, 'A source failed unexpectedly');
    }
    const sources = await Promise.all(
      [...inputsOf].map(([channel, own]) =>
        toSourceStatus(channel, own, {
          upstreamCalls: requestBudget.forChannel(channel.name).calls,
          now: this.#clock.now(),
          isArchiveOnly,
          needsText: needsText(filter),
        }),
      ),
    );
    if (onSourceFailure === 'FAIL') refuseLack(sources);

    const hasMore = inputs.some((input) => input.mayHaveMore);
    // A full page ends at its last edge; one that was cut short, where reading stopped, which may lie far beyond it.
    const isCutShort = hasMore && (trail.nodes.length < page.size || page.size === 0);
    const shared = { order, asOf, sources: inputs.map(({ source }) => source.id) };
    return toPage({
      direction: page.direction,
      trail,
      stop: isCutShort ? trail.end() : null,
      hasMore,
      isContinued: from !== null,
      sources,
      selection: { filter, span: { since: walk.oldest, until: walk.newest + 1 }, isArchiveOnly },
      search: walk.filter.search ?? null,
      toCursors: (of) => this.#cursors.encodeAll(shared, of, binding),
    });
  }

  #openInputs(
    filter: TimelineFilter,
    walk: Walk,
    from: TimelinePosition | null,
  ): Map<ChatChannel, MergeInput[]> {
    const matches = createMatcher(filter, this.#textOf);
    const admitted = this.#channels.filter((channel) => admitsChannel(filter, channel));
    return new Map(
      admitted.map((channel) => [
        channel,
        sourcesOf(channel, walk).map((source) => {
          const place = resume(source, walk, from);
          const input = new MergeInput(
            channel,
            source,
            walk,
            isEnd(place) ? source.start(walk) : place,
            matches,
          );
          if (isEnd(place)) input.end(place);
          return input;
        }),
      ]),
    );
  }
}

/** @throws UpstreamError @throws RequestError when a channel has no archive to be read from */
function refuseLack(sources: readonly SourceStatus[]): void {
  const lack = findLack(sources);
  if (lack) throw lack;
  const missing = sources
    .filter(({ reason }) => reason === 'NOT_ARCHIVED')
    .map(({ channel }) => channel.name);
  if (missing.length > 0)
    throw new RequestError(
      'BAD_USER_INPUT',
      `No archive is kept of ${missing.join(', ')}: select channels that have one, or read with LIVE.`,
    );
}

function sourcesOf(channel: ChatChannel, { filter, isArchiveOnly = false }: Walk): MessageSource[] {
  return isArchiveOnly && !channel.archiveState ? [] : channel.sourcesFor(filter);
}

/** @returns where to read on, or that there is nothing to read in this direction */
function resume(source: MessageSource, walk: Walk, from: TimelinePosition | null): SourcePlace {
  if (from === null) return source.start(walk);
  const isTurn = from.order !== walk.order;
  const position = from.sources[source.id];
  // Unread, like a channel that was added since: all of it lies ahead of the walk, and nothing behind it.
  if (position === undefined) return isTurn ? null : source.start(walk);
  // Read to its end: nothing of it lies ahead, and all of it behind.
  if (isEnd(position)) return isTurn ? source.start(walk) : position;
  if (position.order === walk.order) return { ...position, isPassedExcluded: false };
  // In the other direction, the cursor's own edge lies behind; after that change it is like any message that was
  // passed.
  return position.isPassedExcluded
    ? { ...position, order: walk.order, isPassedExcluded: false, watermark: null }
    : { ...position, watermark: null };
}
