import { toAgent, toCustomer } from '../domain/message-people.ts';
import type { MessageRecord } from '../domain/records.ts';
import type { GatewayContext } from '../gateway/context.ts';
import { channelOf, type Gateway } from '../gateway/gateway.ts';
import type { MessageStat } from '../generated/resolvers.ts';
import { readWhole } from '../timeline/read-whole.ts';
import { Aggregate } from './aggregate.ts';
import { NO_AGENT } from './figure-groups.ts';
import { toParticipantId } from './rows.ts';
import type { StatsQuestion } from './stats-question.ts';

interface Grouping {
  keyOf: (message: MessageRecord) => string;
  /** Shown instead of the key, where it is too expensive to compute for each message. */
  groupOf?: (message: MessageRecord) => string;
  /** Of any message of the group that has one. */
  nameOf?: (message: MessageRecord) => string | null;
  /** Unix ms. */
  startOf?: (message: MessageRecord) => number;
}

interface Group {
  group: string;
  name: string | null;
  startsAt: number | null;
  aggregate: Aggregate;
}

/** Counts the messages of a walk. @throws BudgetSpentError when one request cannot read all of them */
export async function countWalked(
  question: StatsQuestion,
  { gateway, requestBudget }: GatewayContext,
): Promise<MessageStat[]> {
  const { keyOf, groupOf = keyOf, nameOf, startOf } = toGrouping(question, gateway);
  const groups = new Map<string, Group>();
  const query = { field: question.field, ...question.window.query };
  for await (const messages of readWhole(gateway.timeline, query, requestBudget)) {
    for (const message of messages) {
      const key = keyOf(message);
      const group = groups.get(key) ?? {
        group: groupOf(message),
        name: null,
        startsAt: startOf?.(message) ?? null,
        aggregate: new Aggregate(),
      };
      groups.set(key, group);
      group.name ??= nameOf?.(message) ?? null;
      group.aggregate.add(message, toCustomer(message));
    }
  }
  return [...groups.values()].map(({ group, name, startsAt, aggregate }) => ({
    group,
    groupName: name,
    startsAt,
    messages: aggregate.messages,
    inbound: aggregate.inbound,
    outbound: aggregate.outbound,
    conversations: aggregate.conversations,
    customers: aggregate.customers,
    firstAt: aggregate.firstAt,
    lastAt: aggregate.lastAt,
  }));
}

function toGrouping({ grouping }: StatsQuestion, gateway: Gateway): Grouping {
  if (grouping.by === 'TIME') {
    const { groups } = grouping;
    return {
      keyOf: ({ sentAt }) => groups.at(sentAt).label,
      startOf: ({ sentAt }) => groups.at(sentAt).since,
    };
  }
  switch (grouping.by) {
    case 'CHANNEL':
      return {
        keyOf: ({ channel }) => channel,
        nameOf: (message) => channelOf(gateway, message).displayName,
      };
    case 'DIRECTION':
      return { keyOf: ({ direction }) => direction };
    case 'KIND':
      return { keyOf: ({ kind }) => kind };
    case 'AGENT':
      return {
        keyOf: (message) => {
          const agent = toAgent(message);
          return agent ? `${agent.channel} ${agent.role} ${agent.nativeId}` : NO_AGENT;
        },
        groupOf: (message) => {
          const agent = toAgent(message);
          return agent ? toParticipantId(agent, gateway) : NO_AGENT;
        },
        nameOf: (message) => toAgent(message)?.displayName ?? null,
      };
  }
}
