import { Counter, Gauge, type Registry } from 'prom-client';
import type { Clock } from '../util/clock.ts';
import type { AccountState, UpstreamAccounts } from '../domain/upstream-calls.ts';
import { isStoreFailure } from '../store/store-failure.ts';

type ArchiveState = Awaited<ReturnType<NonNullable<GaugedChannel['archiveState']>>>;

interface GaugedChannel {
  name: string;
  keepUp: { ageMs(): number | null | Promise<number | null> } | null;
  /** Left out: it has no archive. Spans in ms. */
  archiveState?(): Promise<{
    messages: number;
    gaps: readonly { since: number; until: number }[];
    lagSeconds: number | null;
    verifiedUntil: number | null;
  }>;
}

/** What waits in the inbox of a channel; `oldestAt` in Unix ms. */
interface Backlog {
  channel: string;
  count: number;
  oldestAt: number | null;
}

/** What the gateway's parts tell of themselves. */
export interface Gauged {
  accounts: UpstreamAccounts;
  pages: { readonly reads: Readonly<Record<string, number>> };
  live: {
    feed: { lastId(): Promise<number> };
    backlog(): Promise<Backlog[]>;
  };
  channels: readonly GaugedChannel[];
  audit: { count(): Promise<number> };
  /** Null: the configuration names none. */
  redis: { readonly isUp: boolean; readonly failures: number } | null;
  clock: Clock;
}

/** Metrics that are read from the gateway's parts at each scrape. While the store fails, those that come from it are left out. */
export function registerGauges(
  registry: Registry,
  { accounts, pages, live, channels, audit, redis, clock }: Gauged,
): void {
  const registers = [registry];
  const gaugeAccounts = (name: string, help: string, read: (state: AccountState) => number): void => {
    new Gauge({
      name,
      help,
      labelNames: ['account'],
      registers,
      collect() {
        this.reset();
        for (const state of accounts.states()) this.set({ account: state.account }, read(state));
      },
    });
  };
  gaugeAccounts(
    'gateway_upstream_calls_left',
    "Calls left in the account's quota of this second",
    ({ callsLeft }) => callsLeft,
  );
  gaugeAccounts('gateway_upstream_under_way', 'Calls in flight', ({ underWay }) => underWay);
  gaugeAccounts('gateway_upstream_queued', 'Calls that wait in the queue', ({ queued }) => queued);
  gaugeAccounts(
    'gateway_upstream_circuit',
    'State of the circuit breaker: 0 closed, 1 half-open, one trial call at a time, 2 open, no calls',
    ({ circuit }) => CIRCUITS[circuit],
  );
  gaugeAccounts(
    'gateway_upstream_gate_seconds',
    "How much longer the account's cooldown lasts; 0 without one",
    ({ closedUntil }) => (closedUntil === null ? 0 : Math.max(0, closedUntil - clock.now()) / 1000),
  );

  new Counter({
    name: 'gateway_page_reads_total',
    help: 'Pages of history that were read, by where they came from: memory, the store, another request in flight, or the provider',
    labelNames: ['from'],
    registers,
    collect() {
      this.reset();
      for (const [from, count] of Object.entries(pages.reads)) this.inc({ from }, count);
    },
  });
  const gaugeInbox = (name: string, help: string, read: (waiting: Backlog) => number): void => {
    new Gauge({
      name,
      help,
      labelNames: ['channel'],
      registers,
      async collect() {
        const backlog = await unlessStoreFails(live.backlog());
        this.reset();
        for (const waiting of backlog ?? []) this.set({ channel: waiting.channel }, read(waiting));
      },
    });
  };
  gaugeInbox('gateway_inbox_items', 'Webhook items that wait to be processed', ({ count }) => count);
  gaugeInbox('gateway_inbox_oldest_seconds', 'How long the oldest of them has waited', ({ oldestAt }) =>
    oldestAt === null ? 0 : Math.max(0, clock.now() - oldestAt) / 1000,
  );
  new Gauge({
    name: 'gateway_keep_up_age_seconds',
    help: 'How long ago the archive was complete, of channels whose provider drops messages; +Inf before the first time',
    labelNames: ['channel'],
    registers,
    async collect() {
      const ages = await unlessStoreFails(
        Promise.all(
          channels.map(async ({ name: channel, keepUp }) => ({
            channel,
            ageMs: keepUp && ((await keepUp.ageMs()) ?? Infinity),
          })),
        ),
      );
      this.reset();
      for (const { channel, ageMs } of ages ?? []) if (ageMs !== null) this.set({ channel }, ageMs / 1000);
    },
  });
  const gaugeArchives = (name: string, help: string, read: (state: ArchiveState) => number): void => {
    new Gauge({
      name,
      help,
      labelNames: ['channel'],
      registers,
      async collect() {
        const states = await unlessStoreFails(
          Promise.all(
            channels.map(async (channel) => [channel.name, await channel.archiveState?.()] as const),
          ),
        );
        this.reset();
        for (const [channel, state] of states ?? []) if (state) this.set({ channel }, read(state));
      },
    });
  };
  gaugeArchives(
    'gateway_archive_messages',
    "Messages that a channel's archive keeps",
    ({ messages }) => messages,
  );
  gaugeArchives(
    'gateway_archive_gap_seconds',
    'How much of the history that is to be kept an archive lacks, as a length of time',
    ({ gaps }) => gaps.reduce((sum, { since, until }) => sum + until - since, 0) / 1000,
  );
  gaugeArchives(
    'gateway_archive_lag_seconds',
    'How long ago an archive had everything that was listed then; +Inf before the first time',
    ({ lagSeconds }) => lagSeconds ?? Infinity,
  );
  gaugeArchives(
    'gateway_archive_verified_age_seconds',
    'How long ago was sent what an archive has compared last, of what was a week old; +Inf before the first time',
    ({ verifiedUntil }) =>
      verifiedUntil === null ? Infinity : Math.max(0, clock.now() - verifiedUntil) / 1000,
  );
  const countStored = (name: string, help: string, read: () => Promise<number>): void => {
    new Counter({
      name,
      help,
      registers,
      async collect() {
        const count = await unlessStoreFails(read());
        this.remove();
        if (count !== null) this.inc(count);
      },
    });
  };
  countStored(
    'gateway_events_published_total',
    'Events published to subscribers, since the store was made',
    () => live.feed.lastId(),
  );
  countStored(
    'gateway_audit_records_total',
    'Audit records, since the store was made; one for all subscribers who are shown an event together',
    () => audit.count(),
  );
  new Gauge({
    name: 'gateway_redis_up',
    help: 'Whether Redis answers: 1, or 0 while the gateway works without it; left out where none is configured',
    registers,
    collect() {
      if (redis) this.set(redis.isUp ? 1 : 0);
      else this.remove();
    },
  });
  new Counter({
    name: 'gateway_redis_failures_total',
    help: 'Commands that Redis did not answer in time, or refused; the gateway did without them',
    registers,
    collect() {
      this.reset();
      this.inc(redis?.failures ?? 0);
    },
  });
}

/** A failing store must not hide everything else: `gateway_store_probe_seconds` says that it fails. */
async function unlessStoreFails<T>(reading: Promise<T>): Promise<T | null> {
  try {
    return await reading;
  } catch (error) {
    if (isStoreFailure(error)) return null;
    throw error;
  }
}

const CIRCUITS: Record<AccountState['circuit'], number> = { CLOSED: 0, HALF_OPEN: 1, OPEN: 2 };
