import type { KeptIndex } from '../archive/kept-index.ts';
import type { AuditLog } from '../audit/audit-log.ts';
import type { Clock } from '../util/clock.ts';
import { RequestError } from '../errors/request-error.ts';
import { mapEvents } from '../util/iterators.ts';
import type { Gateway, TimelineReader } from './gateway.ts';
import type { LiveEvent } from '../domain/events.ts';
import type { Timeline } from '../timeline/timeline.ts';
import type { Authenticator } from '../access/authenticator.ts';
import { createArchiveReader } from './archive-reader.ts';
import { createCallerMasking } from './caller-masking.ts';
import { seesChannel, type Caller } from '../access/caller.ts';
import type { CallerSlots } from '../access/caller-slots.ts';
import type { FieldPolicies } from '../access/field-policy.ts';
import { createReadRecorder, toOutcome, type RecordRead } from './read-recorder.ts';

/** The gateway before it is narrowed to a caller. */
export type WholeGateway = Omit<Gateway, 'timeline' | 'recordRead' | 'masking' | 'archives'> & {
  timeline: Timeline;
  archives: KeptIndex;
};

export interface ViewOptions {
  gateway: WholeGateway;
  authenticator: Authenticator;
  audit: AuditLog;
  clock: Clock;
  /** For subscriptions. */
  slots: CallerSlots;
  policies: FieldPolicies;
}

/**
 * The gateway as it exists for one caller. Resolvers reach chats only through this view, so what a caller may not see
 * does not exist: not in lists, by no id or cursor, in no event, count or error. The view records what it reads.
 *
 * @param recordRead what a read is recorded with; default: the audit log, under the caller's name
 */
export function viewFor(
  caller: Caller,
  { gateway, authenticator, audit, clock, slots, policies }: ViewOptions,
  recordRead: RecordRead = createReadRecorder(caller, audit, clock),
): Gateway {
  const channels = new Map([...gateway.channels].filter(([name]) => seesChannel(caller, name)));
  const { live } = gateway;
  const masking = createCallerMasking(caller, gateway.mask, policies);
  const view = {
    ...gateway,
    channels,
    masking,
    archives: createArchiveReader(gateway.archives, channels, recordRead),
    createRequestBudget: () => gateway.createRequestBudget(caller.name),
    recordRead,
    live: {
      logName: live.logName,
      lastId: () => live.lastId(),
      findMessage: (channel: string, key: string) =>
        channels.has(channel) ? live.findMessage(channel, key) : Promise.resolve(null),
      follow: async (wanted: readonly string[], afterId: number | null) => {
        const free = slots.take(caller);
        try {
          const names = wanted.filter((name) => channels.has(name));
          const events = await live.follow(names, afterId);
          return whileCurrent(events, () => authenticator.isCurrent(caller), free);
        } catch (error) {
          free();
          throw error;
        }
      },
    },
  };
  return { ...view, timeline: recorded(gateway.timeline.narrow([...channels.values()], masking.text), view) };
}

/** The views of callers, each made once: all requests and subscriptions of a caller share it. */
export function createViews(options: ViewOptions): (caller: Caller) => Gateway {
  const views = new WeakMap<Caller, Gateway>();
  return (caller) => {
    const view = views.get(caller) ?? viewFor(caller, options);
    views.set(caller, view);
    return view;
  };
}

/** Records each page before it is returned. */
function recorded(
  timeline: Timeline,
  { channels, ids, recordRead }: Pick<Gateway, 'channels' | 'ids'> & { recordRead: RecordRead },
): TimelineReader {
  return {
    async read({ field, ...query }, requestBudget) {
      const { conversation, sentAtGte, sentAtLt } = query.filter;
      const read = {
        field,
        channels: query.filter.channels ?? [...channels.keys()],
        conversationId:
          conversation &&
          ids.encode({ type: 'Conversation', channel: conversation.channel, key: conversation.value }),
        sentAtGte,
        sentAtLt,
      };
      try {
        const page = await timeline.read(query, requestBudget);
        const outcome = page.sources.some(({ failure }) => failure !== null) ? 'PARTIAL' : 'OK';
        const names = page.sources.map(({ channel }) => channel.name);
        await recordRead({ ...read, channels: names, count: page.nodes.length, outcome });
        return page;
      } catch (error) {
        await recordRead({ ...read, count: 0, outcome: toOutcome(error) });
        throw error;
      }
    },
  };
}

/** Checks before every event whether the caller may still have it. @param end called at least once */
function whileCurrent(
  events: AsyncIterableIterator<LiveEvent>,
  isCurrent: () => boolean,
  end: () => void,
): AsyncIterableIterator<LiveEvent> {
  const check = (event: LiveEvent): LiveEvent => {
    if (isCurrent()) return event;
    throw new RequestError('UNAUTHENTICATED', 'The API key or token is no longer valid.');
  };
  return mapEvents(events, check, end);
}
