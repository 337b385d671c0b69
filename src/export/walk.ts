import type { ChatChannel } from '../datasources/message-source.ts';
import { NO_FILTER, toSourceFilter, type TimelineFilter } from '../timeline/filter.ts';
import { ExportError } from './export-error.ts';

/** Which messages to export. */
export interface ExportRequest {
  /** Names, each once, sorted; null: all channels. */
  channels: readonly string[] | null;
  /** Unix ms, inclusive; null: from the beginning. */
  since: number | null;
  /** Unix ms, exclusive; null: up to the moment when the export begins. */
  until: number | null;
}

/** What an export walks from its first page to its last, whatever changes meanwhile. */
export interface ExportWalk {
  /** Sorted. */
  channels: string[];
  /** Of these channels, as `MessageSource.id`, sorted. */
  sources: string[];
  /** Unix ms, inclusive; null: from the beginning. */
  since: number | null;
  /** Unix ms, exclusive. */
  until: number;
}

type Channels = ReadonlyMap<string, ChatChannel>;

/**
 * Resolves the open ends of the request. It leaves the current second to the next export: messages sent in it may not
 * be there yet, and most providers give whole seconds only.
 *
 * @param now Unix ms
 * @throws ExportError
 */
export function fixWalk({ channels, since, until }: ExportRequest, all: Channels, now: number): ExportWalk {
  const unknown = channels?.find((name) => !all.has(name));
  if (unknown !== undefined) {
    throw new ExportError(
      `There is no channel ${unknown}; the configuration has ${[...all.keys()].join(', ')}.`,
    );
  }
  const present = Math.floor(now / 1000) * 1000;
  const end = Math.min(until ?? present, present);
  if (since !== null && since >= end) {
    throw new ExportError(
      `There is nothing from ${toText(since)} until ${toText(end)}: "since" must lie before "until" and in the past.`,
    );
  }
  const names = [...(channels ?? all.keys())].sort();
  return { channels: names, sources: sourcesOf(names, all), since, until: end };
}

/**
 * A removed source would be missed without an error, and a new one would bring its oldest messages in the middle of
 * the others.
 *
 * @throws ExportError when the configuration has other sources than the walk began with
 */
export function checkSources(walk: ExportWalk, all: Channels): void {
  const present = sourcesOf(walk.channels, all);
  const gone = walk.sources.filter((id) => !present.includes(id));
  const come = present.filter((id) => !walk.sources.includes(id));
  if (gone.length + come.length === 0) return;
  const changes = [...gone.map((id) => `${id} is gone`), ...come.map((id) => `${id} is new`)].join(', ');
  throw new ExportError(
    `The configuration has changed since this export began: ${changes}. Restore it, or start again with --force.`,
  );
}

export function toFilter({ channels, since, until }: ExportWalk): TimelineFilter {
  return { ...NO_FILTER, channels, sentAtGte: since, sentAtLt: until };
}

function sourcesOf(names: readonly string[], all: Channels): string[] {
  const filter = toSourceFilter(NO_FILTER);
  return names
    .flatMap(
      (name) =>
        all
          .get(name)
          ?.sourcesFor(filter)
          .map(({ id }) => id) ?? [],
    )
    .sort();
}

function toText(time: number): string {
  return new Date(time).toISOString();
}
