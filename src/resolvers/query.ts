import { RequestError } from '../errors/request-error.ts';
import type { Provider } from '../domain/records.ts';
import type { QueryResolvers } from '../generated/resolvers.ts';
import { readConversations } from './conversations.ts';
import { loadEntities } from './entities.ts';
import { readMessages } from './message-arguments.ts';
import { loadNode } from './node.ts';
import { readParticipants } from './participants.ts';
import { readMessageStatRows, readResponseStatRows } from './figure-rows.ts';
import { readResponseStats } from './response-stats.ts';
import { readMessageRows } from './rows.ts';
import { readMessageStats } from './stats.ts';
import { readLiveCursor } from './follow.ts';

/** As many as one request may look up; each may cost a call to a provider. */
const MAX_NODES = 100;

export const Query: QueryResolvers = {
  node: (_, { id }, context) => loadNode(id, context),
  nodes: (_, { ids }, context) => {
    if (ids.length > MAX_NODES) {
      throw new RequestError(
        'BAD_USER_INPUT',
        `"ids" may have at most ${MAX_NODES} ids; it had ${ids.length}.`,
      );
    }
    // A lookup that fails is null with its own error; the others are still found.
    return ids.map((id) => loadNode(id, context));
  },
  channel: (_, { name }, { gateway }) => gateway.channels.get(name) ?? null,
  channels: (_, { providers }: { providers?: readonly Provider[] | null }, { gateway }) =>
    [...gateway.channels.values()]
      .filter(({ provider }) => providers?.includes(provider) ?? true)
      .sort((a, b) => (a.name < b.name ? -1 : 1)),
  messages: (_, args, context) => readMessages(args, context),
  messageRows: (_, args, context, { schema }) => readMessageRows(args, context, schema),
  messageStats: (_, args, context) => readMessageStats(args, context),
  conversations: (_, args, context) => readConversations(args, context),
  participants: (_, args, context) => readParticipants(args, context),
  messageStatRows: (_, args, context, { schema }) => readMessageStatRows(args, context, schema),
  responseStats: (_, args, context) => readResponseStats(args, context),
  responseStatRows: (_, args, context, { schema }) => readResponseStatRows(args, context, schema),
  _entities: (_, { representations }, context, { schema }) => loadEntities(representations, context, schema),
  liveCursor: (_, __, { gateway }) => readLiveCursor(gateway),
};
