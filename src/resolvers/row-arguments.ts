import { assertEnumType, type GraphQLSchema } from 'graphql';
import { RequestError } from '../errors/request-error.ts';
import type {
  ConversationKind,
  MessageAvailability,
  MessageDirection,
  MessageKind,
  NativeParticipant,
  ParticipantRole,
  Provider,
  QueryMessageRowsArgs,
  QueryMessageStatsArgs,
  MessageStatsGroup,
  ReadFrom,
  ResponseStatsGroup,
} from '../generated/resolvers.ts';
import type { TimelineFilter } from '../timeline/filter.ts';
import { toPageRequest, type PageRequest } from '../timeline/page-request.ts';
import type { TimelineQuery } from '../timeline/timeline.ts';
import type { GatewayContext } from '../gateway/context.ts';
import { toTimelineFilter } from './message-arguments.ts';

const DEFAULT_WINDOW_MS = 30 * 86_400_000;
/** What Grafana's Infinity data source sends for the first page: its placeholder for the cursor. */
const UNFILLED_CURSOR = '${__pagination.cursor}';

interface Enums {
  Provider: Provider;
  MessageDirection: MessageDirection;
  MessageKind: MessageKind;
  MessageAvailability: MessageAvailability;
  ConversationKind: ConversationKind;
  ParticipantRole: ParticipantRole;
  ReadFrom: ReadFrom;
  MessageStatsGroup: MessageStatsGroup;
  ResponseStatsGroup: ResponseStatsGroup;
}

/** @throws RequestError `BAD_USER_INPUT` */
export function toRowsQuery(
  args: Partial<QueryMessageRowsArgs>,
  context: Pick<GatewayContext, 'gateway' | 'caller'>,
  schema: GraphQLSchema,
): TimelineQuery {
  const { provider, direction, kind, availability, conversationKind, agentAccount, first, after } = args;
  const filter = toTimelineFilter(
    {
      ...toWindow(args),
      providers: toEnumValues(schema, 'Provider', 'provider', provider),
      directions: toEnumValues(schema, 'MessageDirection', 'direction', direction),
      kinds: toEnumValues(schema, 'MessageKind', 'kind', kind),
      availabilities: toEnumValues(schema, 'MessageAvailability', 'availability', availability),
      conversationKinds: toEnumValues(schema, 'ConversationKind', 'conversationKind', conversationKind),
      agentAccounts: agentAccount == null ? null : [agentAccount],
      conversationId: args.conversationId ?? null,
      participantId: args.participantId ?? null,
      participant: toNativeParticipant(args, schema),
    },
    context,
  );
  const page = toPageRequest({ first, after: toCursorArgument(after) }, context.gateway.rowSizes);
  const readFrom = toEnumValue(schema, 'ReadFrom', 'readFrom', args.readFrom) ?? 'LIVE';
  return { ...toQuery(filter, page), readFrom };
}

/** What tools send before they know a cursor is none. */
export function toCursorArgument(after: string | null | undefined): string | null | undefined {
  return after === UNFILLED_CURSOR ? null : after;
}

/** The first page of the whole window. @throws RequestError `BAD_USER_INPUT` */
export function toStatsQuery(
  args: Partial<QueryMessageStatsArgs>,
  context: Pick<GatewayContext, 'gateway' | 'caller'>,
): TimelineQuery {
  const page = { size: context.gateway.rowSizes.maxPageSize, direction: 'forward', cursor: null } as const;
  return toQuery(toTimelineFilter(toWindow(args), context), page);
}

function toQuery(filter: TimelineFilter, page: PageRequest): TimelineQuery {
  return { filter, order: 'DESC', page, onSourceFailure: 'FAIL', lookbackMs: DEFAULT_WINDOW_MS };
}

function toWindow({
  channel,
  since = null,
  until = null,
}: Pick<QueryMessageStatsArgs, 'channel' | 'since' | 'until'>): {
  channels: string[] | null;
  sentAt: { gte: Date | null; lt: Date | null };
} {
  if (since && until && since > until) {
    throw new RequestError('BAD_USER_INPUT', '"since" must not be after "until".');
  }
  return { channels: channel == null ? null : [channel], sentAt: { gte: since, lt: until } };
}

function toNativeParticipant(
  { channel, participantNativeId: nativeId, participantRole }: Partial<QueryMessageRowsArgs>,
  schema: GraphQLSchema,
): NativeParticipant | null {
  const role = toEnumValue(schema, 'ParticipantRole', 'participantRole', participantRole);
  if (nativeId == null && role === null) return null;
  if (nativeId == null || channel == null) {
    throw new RequestError(
      'BAD_USER_INPUT',
      'A participant is named by "participantNativeId" and "channel" together, and by "participantRole" if it is known.',
    );
  }
  return { channel, nativeId, role };
}

/** As `toEnumValues`; null when none is given. */
export function toEnumValue<Name extends keyof Enums>(
  ...given: Parameters<typeof toEnumValues<Name>>
): Enums[Name] | null {
  return toEnumValues(...given)?.[0] ?? null;
}

/** Connectors can send strings only, so enums elsewhere are strings here, and checked here. */
function toEnumValues<Name extends keyof Enums>(
  schema: GraphQLSchema,
  type: Name,
  argument: string,
  text: string | null | undefined,
): Enums[Name][] | null {
  if (text === null || text === undefined) return null;
  const names = assertEnumType(schema.getType(type))
    .getValues()
    .map(({ name }) => name);
  // The enum's type is generated from this very schema.
  if (names.includes(text)) return [text as Enums[Name]];
  throw new RequestError(
    'BAD_USER_INPUT',
    `"${argument}" may be one of ${names.join(', ')}; it was ${JSON.stringify(text)}.`,
  );
}
