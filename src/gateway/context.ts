import type { Caller } from '../access/caller.ts';
import type { CallerMasking } from './caller-masking.ts';
import type { Mask } from './mask.ts';
import type { RecordRead } from './read-recorder.ts';
import type { ChatChannel } from '../datasources/message-source.ts';
import type { EventFeed } from '../live/live.ts';
import type { Sealer } from '../util/sealing.ts';
import type { PageSizes } from '../timeline/page-request.ts';
import type { RequestBudget } from '../timeline/request-budget.ts';
import type { TimelinePage, TimelineQuery } from '../timeline/timeline.ts';
import type { GlobalIdCodec } from './global-id.ts';
import { createMessageLoader, type MessageLoader } from './message-loader.ts';

/** The timeline as resolvers read it. */
export interface TimelineReader {
  /**
   * @param query `field`: what is read, as a coordinate of the schema such as `Query.messages`
   * @throws RequestError `BAD_CURSOR`
   * @throws UpstreamError when a source failed, or is short of messages, and `onSourceFailure` is `FAIL`
   */
  read(query: TimelineQuery & { field: string }, requestBudget: RequestBudget): Promise<TimelinePage>;
}

/** What all requests of one caller share. */
export interface Gateway {
  /** By name, in the order of the configuration. */
  channels: ReadonlyMap<string, ChatChannel>;
  timeline: TimelineReader;
  ids: GlobalIdCodec;
  /** Seals the cursors of lists other than the timeline. */
  listCursors: Sealer;
  pageSizes: PageSizes;
  /** Of `messageRows`. */
  rowSizes: PageSizes;
  live: EventFeed;
  mask: Mask;
  /** Of what the caller may not see. */
  masking: CallerMasking;
  /** To be called before messages are handed out that `timeline` has not read. */
  recordRead: RecordRead;
  /** What one request may use. @param caller whose turns in the providers' quotas it takes; left out: anonymous */
  createRequestBudget(caller?: string): RequestBudget;
}

/** What the resolvers of one request are given. */
export interface GatewayContext {
  readonly caller: Caller;
  /** As far as it exists for the caller. */
  readonly gateway: Gateway;
  readonly requestBudget: RequestBudget;
  /** Finds messages by their ids, equal ones once. */
  readonly messages: MessageLoader;
  /** A new allowance of calls and time: each event of a subscription is a request of its own. */
  renew(): void;
  /** The caller has gone: nothing more is done for it. */
  abort(): void;
}

export class RequestContext implements GatewayContext {
  readonly caller: Caller;
  readonly gateway: Gateway;
  requestBudget: RequestBudget;
  messages: MessageLoader;

  /** @param gateway the caller's own view of it */
  constructor(gateway: Gateway, caller: Caller) {
    this.caller = caller;
    this.gateway = gateway;
    this.requestBudget = gateway.createRequestBudget();
    this.messages = createMessageLoader(gateway, this.requestBudget);
  }

  renew(): void {
    this.requestBudget = this.gateway.createRequestBudget();
    this.messages = createMessageLoader(this.gateway, this.requestBudget);
  }

  abort(): void {
    this.requestBudget.abort();
  }
}

/** Every record names a channel that its reader sees. */
export function channelOf(
  { channels }: Pick<Gateway, 'channels'>,
  { channel: name }: { channel: string },
): ChatChannel {
  const channel = channels.get(name);
  if (!channel) throw new Error(`A record names the channel ${name}, which is not there`);
  return channel;
}
