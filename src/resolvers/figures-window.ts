import { RequestError } from '../errors/request-error.ts';
import type { KeptChannels, TimeSpan } from '../gateway/archive-reader.ts';
import type { GatewayContext } from '../gateway/context.ts';
import type { Gateway } from '../gateway/gateway.ts';
import type { QueryMessageStatsArgs } from '../generated/resolvers.ts';
import type { TimelineQuery } from '../timeline/timeline.ts';
import { toStatsQuery } from './row-arguments.ts';

export type WindowArguments = Partial<Pick<QueryMessageStatsArgs, 'channel' | 'since' | 'until'>>;

/** Which messages figures are of. */
export interface FiguresWindow {
  /** Names; all that the caller sees, when the arguments name none. */
  channels: string[];
  /** Unix ms. */
  span: TimeSpan;
  /** Reads the same messages. */
  query: TimelineQuery;
}

/** @throws RequestError `BAD_USER_INPUT` */
export function toFiguresWindow(args: WindowArguments, context: GatewayContext): FiguresWindow {
  const query = toStatsQuery(args, context);
  const { channels, sentAtGte, sentAtLt } = query.filter;
  const { arrivedAt } = context.requestBudget;
  const since = sentAtGte ?? (sentAtLt ?? arrivedAt) - (query.lookbackMs ?? 0);
  return {
    channels: [...(channels ?? context.gateway.channels.keys())],
    // As the timeline reads it: nothing of the future. Before 1970 nothing was sent.
    span: { since: Math.max(0, since), until: Math.min(sentAtLt ?? Infinity, arrivedAt + 1) },
    query,
  };
}

/** @throws RequestError `BAD_USER_INPUT` when one of the channels has no archive */
export function requireArchives(channels: readonly string[], gateway: Pick<Gateway, 'channels'>): void {
  const without = channels.filter((name) => !gateway.channels.get(name)?.archiveNames);
  if (without.length === 0) return;
  throw new RequestError(
    'BAD_USER_INPUT',
    `No archive is kept of ${without.join(', ')}: name a "channel" that has one.`,
  );
}

/** @throws RequestError `BAD_USER_INPUT` when not all of it is kept: figures are never partial without an error */
export async function requireWhole(kept: KeptChannels, span: TimeSpan): Promise<void> {
  const lack = await kept.completeness.findLack(span);
  if (!lack) return;
  const { channel, complete, hasExpired } = lack;
  const isShort = hasExpired
    ? 'does not have all of this time range, of which a part had expired before it could be kept'
    : 'does not have all of this time range yet';
  const text =
    complete === null
      ? 'nothing of it is complete'
      : `it is complete from ${toText(complete.since)} until ${toText(complete.until)}`;
  throw new RequestError(
    'BAD_USER_INPUT',
    `The archive of ${channel} ${isShort}: ${text}. Narrow it with "since" and "until"; "Channel.archive" tells what is kept.`,
  );
}

function toText(moment: number): string {
  return new Date(moment).toISOString();
}
