import type { GraphQLSchema } from 'graphql';
import { z } from 'zod';
import { RequestError } from '../errors/request-error.ts';
import type { GatewayContext } from '../gateway/context.ts';
import type { QueryMessageRowsArgs } from '../generated/resolvers.ts';
import { toPageRequest } from '../timeline/page-request.ts';
import { requireArchives } from './figures-window.ts';
import { nameList, openPlace, toConnection } from './list-connection.ts';
import type { RowPage } from './row-page.ts';
import { toCursorArgument, toEnumValue } from './row-arguments.ts';

/** The arguments of `messageRows` that go with `archivedAfter`. */
const ALLOWED: ReadonlySet<string> = new Set<keyof QueryMessageRowsArgs>([
  'archivedAfter',
  'channel',
  'provider',
  'readFrom',
  'first',
  'after',
]);

const numberPlace = z.tuple([z.number()]);

/**
 * What archives have kept or changed after `archivedAfter`, in the order in which they have.
 *
 * @throws RequestError `BAD_USER_INPUT` or `BAD_CURSOR`
 */
export async function readChangedRows(
  args: Partial<QueryMessageRowsArgs>,
  archivedAfter: number,
  context: GatewayContext,
  schema: GraphQLSchema,
): Promise<RowPage> {
  const { archives, listCursors, rowSizes } = context.gateway;
  if (!Number.isSafeInteger(archivedAfter) || archivedAfter < 0)
    throw new RequestError('BAD_USER_INPUT', '"archivedAfter" is the "archivedSeq" of a row, or 0.');
  const channels = toChannels(args, context, schema);
  const page = toPageRequest({ first: args.first, after: toCursorArgument(args.after) }, rowSizes);
  const list = nameList('messageRows', [archivedAfter, args.channel, args.provider]);
  const [after = archivedAfter] =
    page.cursor === null ? [] : openPlace(page.cursor, list, numberPlace, listCursors);
  const found = await archives.read(
    { field: 'Query.messageRows', channels },
    (kept) => kept.changedSince(after, page.size + 1),
    ({ length }) => Math.min(length, page.size),
  );
  const edges = found.slice(0, page.size).map(({ message, archivedSeq }) => ({
    cursor: listCursors.encode([list, archivedSeq]),
    node: { ...message, archivedSeq },
    search: null,
  }));
  return toConnection(edges, page, found.length > edges.length);
}

function toChannels(
  args: Partial<QueryMessageRowsArgs>,
  { gateway }: GatewayContext,
  schema: GraphQLSchema,
): string[] {
  const other = Object.entries(args).find(([name, value]) => !ALLOWED.has(name) && value != null);
  const readFrom = toEnumValue(schema, 'ReadFrom', 'readFrom', args.readFrom);
  if (other || readFrom === 'LIVE')
    throw new RequestError(
      'BAD_USER_INPUT',
      `"${other?.[0] ?? 'readFrom: LIVE'}" does not go with "archivedAfter", which goes with "channel", "provider", "first" and "after": filter the rows that you have read.`,
    );
  const provider = toEnumValue(schema, 'Provider', 'provider', args.provider);
  const { channel: name } = args;
  if (name != null && !gateway.channels.has(name))
    throw new RequestError(
      'BAD_USER_INPUT',
      `There is no channel ${JSON.stringify(name)}; query "channels" for their names.`,
    );
  const channels = [...gateway.channels.values()]
    .filter((channel) => name == null || channel.name === name)
    .filter((channel) => provider === null || channel.provider === provider);
  const names = channels.map((channel) => channel.name);
  requireArchives(names, gateway);
  return names;
}
