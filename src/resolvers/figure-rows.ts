import type { GraphQLSchema } from 'graphql';
import { RequestError } from '../errors/request-error.ts';
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
import type { ListPage } from './list-page.ts';
import { toCursorArgument, toEnumValue } from './row-arguments.ts';
import { readResponseStats } from './response-stats.ts';
import { readMessageStats } from './stats.ts';

type FigurePage<T> = Omit<ListPage<T>, 'totalCount'>;
type PagedArguments = Partial<QueryResponseStatRowsArgs & Pick<QueryMessageStatRowsArgs, 'readFrom'>>;

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
  const { size, cursor } = toPageRequest({ first, after: toCursorArgument(args.after) }, rowSizes);
  // In the order of the arguments, so that only the same ones continue.
  const bound = [channel, groupBy, timeZone, readFrom, since?.getTime(), until?.getTime()];
  const list = `${field} ${JSON.stringify(bound.map((value) => value ?? null))}`;
  const from = cursor === null ? null : openCursor(listCursors.decode(cursor), list);
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
  return {
    edges,
    nodes: edges.map(({ node }) => node),
    pageInfo: {
      hasNextPage: rest.length > edges.length,
      hasPreviousPage: from !== null,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
  };
}

interface Place extends FigureGroup {
  /** Unix ms. */
  span: { since: number; until: number };
}

function openCursor(place: readonly (string | number)[] | null, list: string): Place {
  const [of, since, until, startsAt, group] = place ?? [];
  const isOurs = of === list && typeof since === 'number' && typeof until === 'number';
  if (isOurs && typeof startsAt === 'number' && typeof group === 'string')
    return { span: { since, until }, startsAt, group };
  throw new RequestError(
    'BAD_CURSOR',
    'This cursor does not belong to this list. Use cursors exactly as they were returned, with the same arguments, or start again without one.',
  );
}
