import { Counter, Gauge, type Registry } from 'prom-client';
import type { Clock } from '../util/clock.ts';
import type { AccountState, UpstreamAccounts } from '../domain/upstream-calls.ts';

/** What the gateway's parts tell of themselves. */
export interface Gauged {
  accounts: UpstreamAccounts;
  pages: { readonly reads: Readonly<Record<string, number>> };
  live: {
    readonly events: { lastId(): number };
    backlog(): { channel: string; count: number; oldestAt: number | null }[];
  };
  channels: readonly { name: string; keepUp: { ageMs(): number | null } | null }[];
  audit: { readonly count: number };
  clock: Clock;
}

/** What is read off the gateway's parts whenever somebody asks. */
export function registerGauges(
  registry: Registry,
  { accounts, pages, live, channels, audit, clock }: Gauged,
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
    'Calls that the account may still make within this second',
    ({ callsLeft }) => callsLeft,
  );
  gaugeAccounts(
    'gateway_upstream_under_way',
    'Calls that have left and not ended',
    ({ underWay }) => underWay,
  );
  gaugeAccounts('gateway_upstream_queued', 'Calls that wait for their turn', ({ queued }) => queued);
  gaugeAccounts(
    'gateway_upstream_circuit',
    'How the account is called: 0 as asked, 1 one call at a time to see whether it is back, 2 not at all',
    ({ circuit }) => CIRCUITS[circuit],
  );
  gaugeAccounts(
    'gateway_upstream_gate_seconds',
    'For how long the provider still wants to be left alone; 0 when it does not',
    ({ closedUntil }) => (closedUntil === null ? 0 : Math.max(0, closedUntil - clock.now()) / 1000),
  );

  new Counter({
    name: 'gateway_page_reads_total',
    help: 'Pages of history that were wanted, by where they came from: memory, the store, another request under way, or the provider',
    labelNames: ['from'],
    registers,
    collect() {
      this.reset();
      for (const [from, count] of Object.entries(pages.reads)) this.inc({ from }, count);
    },
  });
  new Gauge({
    name: 'gateway_inbox_items',
    help: 'Pushed items that wait to be processed',
    labelNames: ['channel'],
    registers,
    collect() {
      this.reset();
      for (const { channel, count } of live.backlog()) this.set({ channel }, count);
    },
  });
  new Gauge({
    name: 'gateway_inbox_oldest_seconds',
    help: 'How long the oldest of them has waited',
    labelNames: ['channel'],
    registers,
    collect() {
      this.reset();
      for (const { channel, oldestAt } of live.backlog()) {
        this.set({ channel }, oldestAt === null ? 0 : Math.max(0, clock.now() - oldestAt) / 1000);
      }
    },
  });
  new Gauge({
    name: 'gateway_keep_up_age_seconds',
    help: 'How long ago all that the provider had was fetched, of channels whose provider forgets; +Inf before the first time',
    labelNames: ['channel'],
    registers,
    collect() {
      this.reset();
      for (const { name: channel, keepUp } of channels) {
        if (keepUp) this.set({ channel }, (keepUp.ageMs() ?? Infinity) / 1000);
      }
    },
  });
  new Counter({
    name: 'gateway_events_published_total',
    help: 'Events that subscribers could follow, since the store was made',
    registers,
    collect() {
      this.reset();
      this.inc(live.events.lastId());
    },
  });
  new Counter({
    name: 'gateway_audit_records_total',
    help: 'Audit records, since the store was made',
    registers,
    collect() {
      this.reset();
      this.inc(audit.count);
    },
  });
}

const CIRCUITS: Record<AccountState['circuit'], number> = { CLOSED: 0, HALF_OPEN: 1, OPEN: 2 };
