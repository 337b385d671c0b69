import type { NewEvent } from '../../src/domain/events.ts';
import type { SqlReader } from '../../src/store/sql.ts';
import type { EventLog, InboxLimits, LiveStore } from '../../src/store/store.ts';
import { openTestStore, type TestStore } from './test-store.ts';

export interface OpenLive extends LiveStore {
  /** To look into it. */
  sql: SqlReader;
  publish: (events: readonly NewEvent[], now: number) => Promise<void>;
  lastId: () => Promise<number>;
}

const ROOMY: InboxLimits = { maxInboxItems: 10_000, maxChannelInboxItems: 10_000 };

/** @param own left out: an empty store of its own */
export async function openLive(own: TestStore = openTestStore(), limits = ROOMY): Promise<OpenLive> {
  const { sql } = own;
  const live = await own.store.openLive(limits);
  const { events, inbox } = live;
  return {
    ...live,
    sql,
    publish: (news, now) => inbox.finish([], news, now),
    lastId: () => lastIdOf(events),
  };
}

export async function lastIdOf(events: EventLog): Promise<number> {
  return (await events.bounds()).lastId;
}
