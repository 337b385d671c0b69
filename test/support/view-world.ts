import { providers } from '../../src/resolvers/providers.ts';
import { pino } from 'pino';
import { onTestFinished } from 'vitest';
import { Authenticator } from '../../src/access/authenticator.ts';
import type { Caller, Scope } from '../../src/access/caller.ts';
import { CallerSlots } from '../../src/access/caller-slots.ts';
import { AuditLog } from '../../src/audit/audit-log.ts';
import { ALL, readRows } from '../../src/audit/audit-table.ts';
import type { AuditEntry } from '../../src/audit/entry.ts';
import type { ViewOptions } from '../../src/gateway/caller-view.ts';
import { GlobalIdCodec } from '../../src/gateway/global-id.ts';
import type { FieldPolicies } from '../../src/access/field-policy.ts';
import { ListCursors } from '../../src/gateway/list-cursors.ts';
import { createMask } from '../../src/gateway/mask.ts';
import { Live } from '../../src/live/live.ts';
import { EventLog } from '../../src/store/event-log.ts';
import { Inbox } from '../../src/store/inbox.ts';
import { openDatabase } from '../../src/store/sqlite/database.ts';
import { CursorCodec } from '../../src/timeline/cursor.ts';
import { Freshness } from '../../src/timeline/freshness.ts';
import { RequestBudget } from '../../src/timeline/request-budget.ts';
import { Timeline } from '../../src/timeline/timeline.ts';
import { Sealer } from '../../src/util/sealing.ts';
import { createApiKey } from '../../src/access/api-keys.ts';
import { PagedMemoryChannel } from './memory-source.ts';
import { TestClock } from './test-clock.ts';

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
  recorded: () => Partial<AuditEntry>[];
}

/** What a caller's view is made of: two channels in memory, `shop` and `corp`, and no server. */
export function openViewWorld({ maxSubscriptions = 2 } = {}): ViewWorld {
  const clock = new TestClock(NOW);
  const log = pino({ enabled: false });
  const database = openDatabase(':memory:', 'NORMAL');
  const channels: [PagedMemoryChannel, PagedMemoryChannel] = [
    new PagedMemoryChannel({ name: 'shop', pageSize: 10 }),
    new PagedMemoryChannel({ name: 'corp', pageSize: 10 }),
  ];
  const timeline = new Timeline(channels, new CursorCodec(SECRET), clock, log);
  const createRequestBudget = (caller?: string): RequestBudget =>
    new RequestBudget({ upstreamCallsPerRequest: 9, requestTimeoutMs: 60_000 }, clock, caller);
  const live = new Live({
    freshness: new Freshness(0, clock),
    channels,
    timeline,
    database,
    clock,
    log,
    limits: { pollSeconds: 3_600, reconcileSeconds: 3_600, keepUpSeconds: 3_600, keepDays: 7 },
    events: EventLog.open(database),
    inbox: new Inbox(database, { maxInboxItems: 10, maxChannelInboxItems: 10 }),
    createRequestBudget,
  });
  onTestFinished(() => live.close());
  const authenticator = new Authenticator({ apiKeys: [] }, clock, log);
  const audit = AuditLog.open(database, SECRET, log);
  const pageSizes = { defaultPageSize: 10, maxPageSize: 100 };
  return {
    clock,
    channels,
    live,
    options: {
      gateway: {
        channels: new Map(channels.map((channel) => [channel.name, channel])),
        timeline,
        ids: new GlobalIdCodec(new Sealer(SECRET, 'ids')),
        listCursors: new ListCursors(new Sealer(SECRET, 'list cursors')),
        pageSizes,
        rowSizes: pageSizes,
        live,
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
    recorded: () =>
      [...readRows(database, ALL)].map(({ at, caller, body }) => ({ at, caller, ...toEntry(body) })),
  };
}

/** What the log wrote itself. */
function toEntry(body: string): Partial<AuditEntry> {
  return JSON.parse(body) as Partial<AuditEntry>;
}
