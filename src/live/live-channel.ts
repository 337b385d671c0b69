import type { Logger } from 'pino';
import type { KeptSource } from '../archive/kept-source.ts';
import type { Background } from '../datasources/call-budget.ts';
import type { Awaitable, ChatChannel, KeepUp } from '../datasources/message-source.ts';
import type { PushReceiver } from '../datasources/push-receiver.ts';
import type { ErasedPeople } from '../domain/erasure.ts';
import type { LiveStore } from '../store/store.ts';
import type { RequestBudget } from '../timeline/request-budget.ts';
import type { Timeline } from '../timeline/timeline.ts';
import type { Clock } from '../util/clock.ts';
import { InboxWorker } from './inbox-worker.ts';
import { Poller } from './poller.ts';
import { Tail } from './tail.ts';

export interface PollLimits {
  /** How often a channel without webhooks is polled, while it has subscribers. */
  pollSeconds: number;
  /** How often a channel with webhooks is polled, for missed deliveries. */
  reconcileSeconds: number;
}

/** What all channels share. */
export interface LiveChannelOptions {
  timeline: Pick<Timeline, 'read'>;
  store: LiveStore;
  /** Whose history is archived, of all channels. */
  kept: readonly KeptSource[];
  clock: Clock;
  log: Logger;
  limits: PollLimits;
  /** @param background left out: its work cannot wait */
  createRequestBudget: (background?: Background) => RequestBudget;
  /** What is not to be shown of a channel; null: nothing is erased. */
  erasedOf: (channel: string) => Awaitable<ErasedPeople | null>;
}

/** What finds out what is new in a channel. None of it runs before it is asked to. */
export interface LiveChannel {
  /** Null: nothing is pushed to the channel; then it has no worker either. */
  receiver: PushReceiver | null;
  worker: InboxWorker | null;
  /** Null: its provider keeps the history. */
  keepUp: KeepUp | null;
  tail: Tail;
  poller: Poller;
}

export function openLiveChannel(
  { name, push, keepUp }: ChatChannel,
  { timeline, store, kept, clock, log, limits, createRequestBudget, erasedOf }: LiveChannelOptions,
): LiveChannel {
  const isPushedTo = push !== null;
  const tail = new Tail({
    channel: name,
    timeline,
    store,
    clock,
    createRequestBudget: () => createRequestBudget(),
    isPushedTo,
  });
  const seconds = isPushedTo ? limits.reconcileSeconds : limits.pollSeconds;
  const { leases, inbox } = store;
  const poller = new Poller({ channel: name, tail, leases, log, intervalMs: seconds * 1000 });
  const worker =
    push &&
    new InboxWorker({
      channel: name,
      receiver: push,
      inbox,
      tail,
      kept: kept.filter(({ source }) => source.channel === name),
      clock,
      log,
      createBudget: () => createRequestBudget().forChannel(name),
      erased: () => erasedOf(name),
    });
  return { receiver: push, worker, keepUp, tail, poller };
}
