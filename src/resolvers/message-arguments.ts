import type { InChannel, TimelineFilter } from '../timeline/filter.ts';
import { toPageRequest, type PagingArguments } from '../timeline/page-request.ts';
import type { TimelinePage } from '../timeline/timeline-page.ts';
import type {
  MessageFilter,
  MessageOrder,
  NativeParticipant,
  ReadFrom,
  SourceFailurePolicy,
} from '../generated/resolvers.ts';
import { toSearch } from '../domain/search.ts';
import type { ParticipantRecord } from '../domain/records.ts';
import { requireScope } from '../access/caller.ts';
import { RequestError } from '../errors/request-error.ts';
import type { GatewayContext } from '../gateway/context.ts';
import type { Gateway } from '../gateway/gateway.ts';

export interface MessagesArguments extends PagingArguments {
  filter?: MessageFilter | null;
  orderBy?: MessageOrder | null;
  onSourceFailure?: SourceFailurePolicy | null;
  readFrom?: ReadFrom | null;
}

/** Reads the messages that the arguments select, narrowed to a channel or conversation if the field belongs to one. */
export function readMessages(
  args: MessagesArguments,
  { gateway, caller, requestBudget }: GatewayContext,
  within: { channel?: string; conversation?: InChannel<string> } = {},
): Promise<TimelinePage> {
  const query = {
    field: toField(within),
    filter: narrow(toTimelineFilter(args.filter ?? {}, { gateway, caller }), within),
    order: args.orderBy?.direction ?? 'DESC',
    page: toPageRequest(args, gateway.pageSizes),
    onSourceFailure: args.onSourceFailure ?? 'PARTIAL',
    readFrom: args.readFrom ?? 'LIVE',
  } as const;
  return gateway.timeline.read(query, requestBudget);
}

function toField({ channel, conversation }: { channel?: string; conversation?: unknown }): string {
  if (conversation) return 'Conversation.messages';
  return channel === undefined ? 'Query.messages' : 'Channel.messages';
}

/** Searching a long text in a long text may take the product of their lengths. */
const MAX_SEARCH_LENGTH = 256;
/** Each is looked for by itself. */
const MAX_SEARCH_WORDS = 32;
/** Each message is compared with each list of a filter. */
const MAX_LIST_LENGTH = 1_000;

/**
 * @throws RequestError `BAD_USER_INPUT` for an unknown channel or id
 * @throws RequestError `FORBIDDEN` for a condition on what the caller may not see
 */
export function toTimelineFilter(
  input: MessageFilter,
  { gateway, caller }: Pick<GatewayContext, 'gateway' | 'caller'>,
): TimelineFilter {
  const unknown = input.channels?.find((name) => !gateway.channels.has(name));
  if (unknown !== undefined) throw unknownChannel(unknown);
  const { availabilities, conversationKinds, agentAccounts, search } = input;
  for (const [name, value] of Object.entries(input)) {
    if (Array.isArray(value) && value.length > MAX_LIST_LENGTH)
      throw new RequestError(
        'BAD_USER_INPUT',
        `${name} may have ${MAX_LIST_LENGTH} items; it had ${value.length}.`,
      );
  }
  if (isGiven(agentAccounts)) requireScope(caller, 'participants:read', 'The filter "agentAccounts"');
  for (const name of ['textContains', 'search'] as const) {
    if ((input[name]?.length ?? 0) > MAX_SEARCH_LENGTH)
      throw new RequestError('BAD_USER_INPUT', `${name} may have ${MAX_SEARCH_LENGTH} characters.`);
  }
  if (isGiven(search)) checkSearch(search);
  return {
    channels: input.channels ?? null,
    providers: input.providers ?? null,
    sentAtGte: input.sentAt?.gte?.getTime() ?? null,
    sentAtLt: input.sentAt?.lt?.getTime() ?? null,
    directions: input.directions ?? null,
    kinds: input.kinds ?? null,
    conversation: isGiven(input.conversationId) ? toConversation(input.conversationId, gateway) : null,
    participant: toParticipant(input, { gateway, caller }),
    textContains: input.textContains || null,
    ...(isGiven(availabilities) ? { availabilities } : {}),
    ...(isGiven(conversationKinds) ? { conversationKinds } : {}),
    ...(isGiven(agentAccounts) ? { agentAccounts } : {}),
    ...(isGiven(search) ? { search } : {}),
  };
}

/** @throws RequestError `BAD_USER_INPUT` */
function checkSearch(text: string): void {
  const { length } = toSearch(text);
  if (length === 0)
    throw new RequestError(
      'BAD_USER_INPUT',
      'search has no word to look for: give it letters, digits or emoji.',
    );
  if (length > MAX_SEARCH_WORDS)
    throw new RequestError('BAD_USER_INPUT', `search may have ${MAX_SEARCH_WORDS} words; it had ${length}.`);
}

function toConversation(id: string, { ids }: Gateway): InChannel<string> {
  const decoded = ids.decode(id);
  if (decoded?.type !== 'Conversation') throw notAnId('conversationId', 'conversation');
  return { channel: decoded.channel, value: decoded.key };
}

function toParticipant(
  { participantId: id, participant: native }: MessageFilter,
  { gateway, caller }: Pick<GatewayContext, 'gateway' | 'caller'>,
): InChannel<Pick<ParticipantRecord, 'role' | 'nativeId'>> | null {
  if (isGiven(native)) {
    requireScope(caller, 'participants:read', 'The filter "participant"');
    if (isGiven(id))
      throw new RequestError(
        'BAD_USER_INPUT',
        'Name the participant by its id or by its native id, not both.',
      );
    return toNativeParticipant(native, gateway);
  }
  if (!isGiven(id)) return null;
  const decoded = gateway.ids.decode(id);
  if (decoded?.type !== 'Participant') throw notAnId('participantId', 'participant');
  return { channel: decoded.channel, value: { role: decoded.role, nativeId: decoded.nativeId } };
}

function toNativeParticipant(
  { channel: name, nativeId, role }: NativeParticipant,
  { channels }: Gateway,
): InChannel<Pick<ParticipantRecord, 'role' | 'nativeId'>> {
  const channel = channels.get(name);
  if (!channel) throw unknownChannel(name);
  const known = channel.toParticipant(nativeId);
  return { channel: name, value: { role: role ?? known.role, nativeId: known.nativeId } };
}

function unknownChannel(name: string): RequestError {
  return new RequestError(
    'BAD_USER_INPUT',
    `There is no channel ${JSON.stringify(name)}; query "channels" for their names.`,
  );
}

function notAnId(argument: string, what: string): RequestError {
  return new RequestError(
    'BAD_USER_INPUT',
    `"${argument}" is not the id of a ${what}; use ids as they were returned.`,
  );
}

function narrow(
  filter: TimelineFilter,
  within: { channel?: string; conversation?: InChannel<string> },
): TimelineFilter {
  const { conversation = null, channel = conversation?.channel } = within;
  if (channel === undefined) return filter;
  const isElsewhere =
    !(filter.channels?.includes(channel) ?? true) ||
    (conversation !== null &&
      filter.conversation !== null &&
      (filter.conversation.channel !== channel || filter.conversation.value !== conversation.value));
  return {
    ...filter,
    channels: isElsewhere ? [] : [channel],
    conversation: conversation ?? filter.conversation,
  };
}

function isGiven<T>(value: T | null | undefined): value is T {
  return value !== null && value !== undefined;
}
