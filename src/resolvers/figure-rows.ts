import type { GraphQLSchema } from 'graphql';
import { z } from 'zod';
import type { GatewayContext } from '../gateway/context.ts';
import type {
  MessageStat,
  QueryMessageStatRowsArgs,
  QueryResponseStatRowsArgs,
  ResponseStat,
} from '../generated/resolvers.ts';
import { toPageRequest } from '../timeline/page-request.ts';
import { compareGroups, type FigureGroup } from './figure-groups.ts';
import { toFiguresWindow } from './figures-window.ts';
import { nameList, openPlace, toConnection, type ListConnection } from './list-connection.ts';
import { toCursorArgument, toEnumValue } from './row-arguments.ts';
import { readResponseStats } from './response-stats.ts';
import { readMessageStats } from './stats.ts';

type FigurePage<T> = ListConnection<{ cursor: string; node: T }>;
type PagedArguments = Partial<QueryResponseStatRowsArgs & Pick<QueryMessageStatRowsArgs, 'readFrom'>>;

/** The range, in Unix ms, and the group behind which a page begins. */
const place = z
  .tuple([z.number(), z.number(), z.number(), z.string()])
  .transform(([since, until, startsAt, group]) => ({ span: { since, until }, startsAt, group }));

export function readMessageStatRows(
  args: Partial<QueryMessageStatRowsArgs>,
  context: GatewayContext,
  schema: GraphQLSchema,
): Promise<FigurePage<MessageStat>> {
  const groupBy = toEnumValue(schema, 'MessageStatsGroup', 'groupBy', args.groupBy) ?? 'DAY';
  const readFrom = toEnumValue(schema, 'ReadFrom', 'readFrom', args.readFrom) ?? 'LIVE';
  return readPage('messageStatRows', args, context, (range) =>
    readMessageStats({ ...args, ...range, groupBy, readFrom }, context, 'Query.messageStatRows'),
  );
}

export function readResponseStatRows(
  args: Partial<QueryResponseStatRowsArgs>,
  context: GatewayContext,
  schema: GraphQLSchema,
): Promise<FigurePage<ResponseStat>> {
  const groupBy = toEnumValue(schema, 'ResponseStatsGroup', 'groupBy', args.groupBy) ?? 'DAY';
  return readPage('responseStatRows', args, context, (range) =>
    readResponseStats({ ...args, ...range, groupBy }, context, 'Query.responseStatRows'),
  );
}

/**
 * Figures are made anew for each page, of the range of the first one: a cursor holds that range, and the group after which the page
 * begins.
 *
 * @throws RequestError `BAD_USER_INPUT` or `BAD_CURSOR`
 */
async function readPage<T extends FigureGroup>(
  field: string,
  args: PagedArguments,
  context: GatewayContext,
  read: (range: { since: Date; until: Date }) => Promise<T[]>,
): Promise<FigurePage<T>> {
  const { listCursors, rowSizes } = context.gateway;
  const { channel, groupBy, timeZone, readFrom, since, until, first } = args;
  const request = toPageRequest({ first, after: toCursorArgument(args.after) }, rowSizes);
  const { size, cursor } = request;
  const bound = [channel, groupBy, timeZone, readFrom, since?.getTime(), until?.getTime()];
  const list = nameList(field, bound);
  const from = cursor === null ? null : openPlace(cursor, list, place, listCursors);
  const span = from?.span ?? toFiguresWindow(args, context).span;
  const figures = await read({
    since: new Date(Math.min(span.since, span.until)),
    until: new Date(span.until),
  });
  const rest = figures.filter((figure) => from === null || compareGroups(figure, from) > 0);
  const edges = rest.slice(0, size).map((node) => ({
    cursor: listCursors.encode([list, span.since, span.until, node.startsAt ?? 0, node.group]),
    node,
  }));
  return toConnection(edges, request, rest.length > edges.length);
}
