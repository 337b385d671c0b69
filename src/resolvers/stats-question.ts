import type { GatewayContext } from '../gateway/context.ts';
import type { MessageStatsGroup, QueryMessageStatsArgs } from '../generated/resolvers.ts';
import { toFiguresWindow, type FiguresWindow } from './figures-window.ts';
import { toLocalGroups, toZone, type LocalGroups } from './local-groups.ts';

/** What is to be counted, and by what it is told apart. */
export interface StatsQuestion {
  /** Under which it is recorded, as a schema coordinate such as `Query.messageStats`. */
  field: string;
  window: FiguresWindow;
  grouping: { by: 'TIME'; groups: LocalGroups } | { by: Exclude<MessageStatsGroup, 'DAY' | 'HOUR'> };
}

/** @throws RequestError `BAD_USER_INPUT`, or `QUERY_TOO_COMPLEX` when there would be too many groups */
export async function toStatsQuestion(
  field: string,
  args: Partial<QueryMessageStatsArgs>,
  context: GatewayContext,
): Promise<StatsQuestion> {
  const window = toFiguresWindow(args, context);
  const zone = toZone(args.timeZone);
  const by = args.groupBy ?? 'DAY';
  if (by !== 'DAY' && by !== 'HOUR') return { field, window, grouping: { by } };
  const groups = await toLocalGroups(window.span, by, zone, context.requestBudget);
  return { field, window, grouping: { by: 'TIME', groups } };
}
