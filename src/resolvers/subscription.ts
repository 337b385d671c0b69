import { readRecorded } from '../gateway/read-recorder.ts';
import { RequestError } from '../errors/request-error.ts';
import type { DeliveryUpdate } from '../datasources/push-receiver.ts';
import type { DeliveryStatusChangeResolvers, SubscriptionResolvers } from '../generated/resolvers.ts';
import type { LiveEvent } from '../store/event-log.ts';
import { admitsChannel, createMatcher, type TextOf, type TimelineFilter } from '../timeline/filter.ts';
import type { MessageEdge } from '../timeline/timeline.ts';
import type { GatewayContext } from '../gateway/context.ts';
import { channelOf, type Gateway } from '../gateway/gateway.ts';
import { toTimelineFilter } from './message-arguments.ts';
import { isWhatsAppMessage, type WhatsAppMessageRecord } from './whatsapp-scrm.ts';

/** A change of status with its channel and its place among the events. */
export interface StatusEvent {
  cursor: string;
  channel: string;
  update: DeliveryUpdate;
}

export const Subscription: SubscriptionResolvers = {
  messageAdded: {
    subscribe: (_, { filter, after }, context) => {
      const { gateway } = context;
      const wanted = toTimelineFilter(filter ?? {}, context);
      const matches = createLiveMatcher(wanted, gateway.masking.text);
      return follow(gateway, wanted, after, (event): MessageEdge | null =>
        event.type === 'message' && matches(event)
          ? { cursor: toCursor(event.id, gateway), node: event.message }
          : null,
      );
    },
    resolve: async (edge: MessageEdge, _: unknown, context: GatewayContext) => {
      context.renew();
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
  deliveryStatusChanged: {
    subscribe: (_, { channels, after }, context) => {
      const { gateway } = context;
      const wanted = toTimelineFilter({ channels: channels ?? null }, context);
      return follow(gateway, wanted, after, (event): StatusEvent | null =>
        event.type === 'status' && (wanted.channels?.includes(event.channel) ?? true)
          ? { cursor: toCursor(event.id, gateway), channel: event.channel, update: event.status }
          : null,
      );
    },
    resolve: (event: StatusEvent, _: unknown, context: GatewayContext) => {
      context.renew();
      const { recordRead } = context.gateway;
      const read = { field: 'Subscription.deliveryStatusChanged', channels: [event.channel] };
      return readRecorded(
        recordRead,
        read,
        () => event,
        () => 1,
      );
    },
  },
};

export const DeliveryStatusChange: DeliveryStatusChangeResolvers = {
  channel: (event, _, { gateway }) => channelOf(gateway, event),
  whatsAppMessageId: ({ update }) => update.whatsAppMessageId,
  agentUserId: ({ update }) => update.agentUserId ?? null,
  campaignTaskId: ({ update }) => update.campaignTaskId ?? null,
  campaignTaskDetailId: ({ update }) => update.campaignTaskDetailId ?? null,
  status: ({ update }) => update.status,
  changedAt: ({ update }) => update.changedAt,
  message: ({ channel, update }, _, context) =>
    update.messageKey === null ? null : loadWhatsAppMessage({ channel, key: update.messageKey }, context),
};

async function loadWhatsAppMessage(
  ref: { channel: string; key: string },
  { messages }: GatewayContext,
): Promise<WhatsAppMessageRecord | null> {
  const message = await messages.load(ref);
  return message && isWhatsAppMessage(message) ? message : null;
}

/** @returns the cursor of the newest event */
export function readLiveCursor(gateway: Gateway): string {
  return toCursor(gateway.live.lastId(), gateway);
}

/** Follows the log with what `pick` makes of its events; events for which it returns null are skipped. */
function follow<T>(
  gateway: Gateway,
  filter: TimelineFilter,
  after: string | null | undefined,
  pick: (event: LiveEvent) => T | null,
): AsyncIterableIterator<T> {
  const channels = [...gateway.channels.values()].filter((channel) => admitsChannel(filter, channel));
  const events = gateway.live.follow(
    channels.map(({ name }) => name),
    after ? fromCursor(after, gateway) : null,
  );
  return {
    async next() {
      for (;;) {
        const event = await events.next();
        if (event.done) return { done: true, value: undefined };
        const picked = pick(event.value);
        if (picked !== null) return { done: false, value: picked };
      }
    },
    async return() {
      await events.return?.();
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
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

function toCursor(id: number, { listCursors, live }: Gateway): string {
  return listCursors.seal(JSON.stringify(['event', live.logName, id]));
}

function fromCursor(cursor: string, { listCursors, live }: Gateway): number {
  const text = listCursors.open(cursor);
  const [of, log, id] = text === null ? [] : (JSON.parse(text) as unknown[]);
  if (of === 'event' && log === live.logName && typeof id === 'number') return id;
  throw new RequestError(
    'BAD_CURSOR',
    'This cursor does not belong to an event. Use the cursor of an event exactly as it was received, or subscribe without one.',
  );
}
