import { BudgetSpentError } from '../errors/upstream-error.ts';
import { toAgent, toCustomer } from '../domain/message-people.ts';
import type { MessageRecord } from '../domain/records.ts';
import { RequestError } from '../errors/request-error.ts';
import type { MessageStat, MessageStatsGroup, QueryMessageStatsArgs } from '../generated/resolvers.ts';
import { readWhole } from '../timeline/read-whole.ts';
import type { GatewayContext } from '../gateway/context.ts';
import { channelOf, type Gateway } from '../gateway/gateway.ts';
import { toStatsQuery } from './row-arguments.ts';
import { toParticipantId } from './rows.ts';
import { Aggregate } from './aggregate.ts';

/** Of messages without an agent. */
const NO_AGENT = 'NONE';

interface Grouping {
  keyOf: (message: MessageRecord) => string;
  /** Shown instead of the key, where it is too expensive to compute for each message. */
  groupOf?: (message: MessageRecord, gateway: Gateway) => string;
  /** Of any message of the group that has one. */
  nameOf?: (message: MessageRecord, gateway: Gateway) => string | null;
  /** Unix ms. */
  startOf?: (group: string) => number;
}

interface Group {
  group: string;
  name: string | null;
  aggregate: Aggregate;
}

const groupings: Record<MessageStatsGroup, Grouping> = {
  DAY: {
    keyOf: ({ sentAt }) => new Date(sentAt).toISOString().slice(0, 10),
    startOf: (key) => Date.parse(key),
  },
  HOUR: {
    keyOf: ({ sentAt }) => new Date(sentAt).toISOString().slice(0, 13),
    startOf: (key) => Date.parse(`${key}:00Z`),
  },
  CHANNEL: {
    keyOf: ({ channel }) => channel,
    nameOf: (message, gateway) => channelOf(gateway, message).displayName,
  },
  DIRECTION: { keyOf: ({ direction }) => direction },
  AGENT: {
    keyOf: (message) => {
      const agent = toAgent(message);
      return agent ? `${agent.channel} ${agent.role} ${agent.nativeId}` : NO_AGENT;
    },
    groupOf: (message, gateway) => {
      const agent = toAgent(message);
      return agent ? toParticipantId(agent, gateway) : NO_AGENT;
    },
    nameOf: (message) => toAgent(message)?.displayName ?? null,
  },
  KIND: { keyOf: ({ kind }) => kind },
};

/** @throws RequestError `QUERY_TOO_COMPLEX` when one request cannot read the whole window: never partial counts */
export async function readMessageStats(
  args: Partial<QueryMessageStatsArgs>,
  context: GatewayContext,
): Promise<MessageStat[]> {
  const { gateway, requestBudget } = context;
  const { keyOf, groupOf, nameOf, startOf } = groupings[args.groupBy ?? 'DAY'];
  const groups = new Map<string, Group>();
  try {
    const query = { field: 'Query.messageStats', ...toStatsQuery(args, context) };
    for await (const messages of readWhole(gateway.timeline, query, requestBudget)) {
      for (const message of messages) {
        const key = keyOf(message);
        let group = groups.get(key);
        if (!group) {
          group = { group: groupOf?.(message, gateway) ?? key, name: null, aggregate: new Aggregate() };
          groups.set(key, group);
        }
        group.name ??= nameOf?.(message, gateway) ?? null;
        group.aggregate.add(message, toCustomer(message));
      }
    }
  } catch (error) {
    throw error instanceof BudgetSpentError ? tooLong() : error;
  }
  return [...groups.values()]
    .sort((a, b) => (a.group < b.group ? -1 : 1))
    .map(({ group, name, aggregate }) => ({
      group,
      groupName: name,
      startsAt: startOf?.(group) ?? null,
      messages: aggregate.messages,
      inbound: aggregate.inbound,
      outbound: aggregate.outbound,
      conversations: aggregate.conversations,
      customers: aggregate.customers,
      firstAt: aggregate.firstAt,
      lastAt: aggregate.lastAt,
    }));
}

function tooLong(): RequestError {
  return new RequestError(
    'QUERY_TOO_COMPLEX',
    'One request could not read all messages of this time range. Narrow it with "since" and "until", or to one "channel"; or retry: the gateway caches what it read, so a retry gets further.',
  );
}
