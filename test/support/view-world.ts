import { providers } from '../../src/resolvers/providers.ts';
import { pino } from 'pino';
import { onTestFinished } from 'vitest';
import { Authenticator } from '../../src/access/authenticator.ts';
import type { Caller, Scope } from '../../src/access/caller.ts';
import { CallerSlots } from '../../src/access/caller-slots.ts';
import { AuditLog } from '../../src/audit/audit-log.ts';
import { toEntries, type AuditEntry } from '../../src/audit/entry.ts';
import type { ViewOptions } from '../../src/gateway/caller-view.ts';
import { GlobalIdCodec } from '../../src/gateway/global-id.ts';
import type { FieldPolicies } from '../../src/access/field-policy.ts';
import { ListCursors } from '../../src/gateway/list-cursors.ts';
import { createMask } from '../../src/gateway/mask.ts';
import { KeptIndex } from '../../src/archive/kept-index.ts';
import { toEntry } from '../../src/archive/to-entry.ts';
import { Live } from '../../src/live/live.ts';
import type { MessageRecord } from '../../src/domain/records.ts';
import type { NewEvent } from '../../src/domain/events.ts';
import { CursorCodec } from '../../src/timeline/cursor.ts';
import { Freshness } from '../../src/timeline/freshness.ts';
import { RequestBudget } from '../../src/timeline/request-budget.ts';
import { Timeline } from '../../src/timeline/timeline.ts';
import { Sealer } from '../../src/util/sealing.ts';
import { createApiKey } from '../../src/access/api-keys.ts';
import { createPage } from './archive-page.ts';
import { PagedMemoryChannel } from './memory-source.ts';
import { TestClock } from './test-clock.ts';
import { openTestStore } from './test-store.ts';
import { toArray } from './to-array.ts';

export const NOW = Date.parse('2026-03-20T10:00:00Z');
const SECRET = Buffer.alloc(32, 9);
const policies: FieldPolicies = new Map([
  ['Participant.role', { scope: null, isMasked: false, isText: true }],
  ['Participant.nativeId', { scope: 'participants:read', isMasked: true, isText: true }],
]);

export interface ViewWorld {
  clock: TestClock;
  channels: [PagedMemoryChannel, PagedMemoryChannel];
  live: Live;
  options: ViewOptions;
  /** A caller by a key that the configuration has. */
  admit: (scopes: Scope[], channels?: string[]) => Promise<Caller>;
  /** Everything that was recorded, without the numbers and hashes of the log. */
  recorded: () => Promise<Partial<AuditEntry>[]>;
  publish: (...events: NewEvent[]) => Promise<void>;
  /** Keeps messages of a channel in its archive, which it has from then on. */
  keep: (channel: PagedMemoryChannel, messages: readonly MessageRecord[]) => Promise<void>;
}

/** What a caller's view is made of: two channels in memory, `shop` and `corp`, and no server. */
export async function openViewWorld({ maxSubscriptions = 2 } = {}): Promise<ViewWorld> {
  const clock = new TestClock(NOW);
  const log = pino({ enabled: false });
  const { store } = openTestStore();
  const liveStore = await store.openLive({ maxInboxItems: 10, maxChannelInboxItems: 10 });
  const channels: [PagedMemoryChannel, PagedMemoryChannel] = [
    new PagedMemoryChannel({ name: 'shop', pageSize: 10 }),
    new PagedMemoryChannel({ name: 'corp', pageSize: 10 }),
  ];
  const timeline = new Timeline(channels, new CursorCodec(SECRET), clock, log);
  const createRequestBudget = (caller?: string): RequestBudget =>
    new RequestBudget({ upstreamCallsPerRequest: 9, requestTimeoutMs: 60_000 }, clock, caller);
  const live = new Live({
    kept: [],
    freshness: new Freshness(0, clock),
    channels,
    timeline,
    store: liveStore,
    clock,
    log,
    limits: { pollSeconds: 3_600, reconcileSeconds: 3_600, keepUpSeconds: 3_600, keepDays: 7 },
    createRequestBudget: () => createRequestBudget(),
    erasedOf: () => null,
  });
  onTestFinished(() => live.close());
  const authenticator = new Authenticator({ apiKeys: [] }, clock, log);
  const audit = await AuditLog.open(store.audit, SECRET, log);
  const pageSizes = { defaultPageSize: 10, maxPageSize: 100 };
  return {
    clock,
    channels,
    live,
    options: {
      gateway: {
        channels: new Map(channels.map((channel) => [channel.name, channel])),
        timeline,
        archives: new KeptIndex(() => store.archiveIndex()),
        ids: new GlobalIdCodec(new Sealer(SECRET, 'ids')),
        listCursors: new ListCursors(new Sealer(SECRET, 'list cursors')),
        pageSizes,
        rowSizes: pageSizes,
        live: live.feed,
        typeNames: new Map(providers.map(({ provider, typeNames }) => [provider, typeNames])),
        mask: createMask(SECRET),
        createRequestBudget,
      },
      authenticator,
      audit,
      clock,
      slots: new CallerSlots(maxSubscriptions, (count) => `You have ${count}`),
      policies,
    },
    admit: (scopes, names) => {
      const { key, sha256 } = createApiKey();
      authenticator.replace({ apiKeys: [{ name: 'bi', sha256, scopes, ...(names && { channels: names }) }] });
      return authenticator.authenticate({ authorization: `Bearer ${key}` });
    },
    recorded: async () => {
      const rows = await toArray(store.audit.rows(1));
      return rows.flatMap(toEntries);
    },
    publish: (...events) => liveStore.inbox.finish([], events, clock.now()),
    keep: async (channel, messages) => {
      const name = `archive of ${channel.name}`;
      channel.archiveNames = [name];
      const page = createPage({ readAt: NOW, entries: messages.map(toEntry) });
      await store.messageArchive(name, channel.name).keep(page);
    },
  };
}
