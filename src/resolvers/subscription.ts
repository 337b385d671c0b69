import type { SubscriptionResolvers } from '../generated/resolvers.ts';
import type { LiveEvent } from '../domain/events.ts';
import type { Search } from '../domain/search.ts';
import type { MessageRecord } from '../domain/records.ts';
import type { Gateway } from '../gateway/gateway.ts';
import {
  admitsChannel,
  createMatcher,
  searchOf,
  type TextOf,
  type TimelineFilter,
} from '../timeline/filter.ts';
import type { MessageEdge } from '../timeline/timeline-page.ts';
import type { GatewayContext } from '../gateway/context.ts';
import { cursorOf, follow } from './follow.ts';
import { toTimelineFilter } from './message-arguments.ts';

export const Subscription: SubscriptionResolvers = {
  messageAdded: {
    subscribe: (_, { filter, after }, context) => {
      const { gateway } = context;
      const wanted = toTimelineFilter(filter ?? {}, context);
      const search = searchOf(wanted);
      const matches = createLiveMatcher(wanted, gateway.masking.text);
      return follow(gateway, 'messageAdded', wanted, after, (event): MessageEdge | null =>
        event.type === 'message' && matches(event) ? new LiveEdge(event, search, gateway) : null,
      );
    },
    resolve: async (edge: MessageEdge, _: unknown, context: GatewayContext) => {
      await context.gateway.recordRead({
        field: 'Subscription.messageAdded',
        channels: [edge.node.channel],
        conversationId: null,
        sentAtGte: null,
        sentAtLt: null,
        count: 1,
        outcome: 'OK',
      });
      return edge;
    },
  },
};

/** Its cursor is sealed when it is asked for. */
class LiveEdge implements MessageEdge {
  readonly node: MessageRecord;
  readonly search: Search | null;
  readonly #event: LiveEvent;
  readonly #gateway: Gateway;

  constructor(event: LiveEvent & { type: 'message' }, search: Search | null, gateway: Gateway) {
    this.node = event.message;
    this.search = search;
    this.#event = event;
    this.#gateway = gateway;
  }

  get cursor(): string {
    return cursorOf(this.#event, this.#gateway);
  }
}

function createLiveMatcher(
  filter: TimelineFilter,
  textOf: TextOf,
): (event: LiveEvent & { type: 'message' }) => boolean {
  const matches = createMatcher(filter, textOf);
  const { sentAtGte, sentAtLt } = filter;
  return ({ message }) =>
    admitsChannel(filter, { name: message.channel, provider: message.provider }) &&
    (sentAtGte === null || message.sentAt >= sentAtGte) &&
    (sentAtLt === null || message.sentAt < sentAtLt) &&
    matches(message);
}
