import type { NewEvent } from '../../src/domain/events.ts';
import { toStore } from '../../src/store/open-store.ts';
import { openDatabase, type Database } from '../../src/store/sqlite/database.ts';
import type { EventLog, InboxLimits, LiveStore } from '../../src/store/store.ts';

export interface OpenLive extends LiveStore {
  database: Database;
  publish: (events: readonly NewEvent[], now: number) => Promise<void>;
  lastId: () => Promise<number>;
}

const ROOMY: InboxLimits = { maxInboxItems: 10_000, maxChannelInboxItems: 10_000 };

/** Inbox, events and tails in memory, or in a database. */
export async function openLive(
  database: Database = openDatabase(':memory:', 'NORMAL'),
  limits = ROOMY,
): Promise<OpenLive> {
  const live = await toStore(database).openLive(limits);
  const { events, inbox } = live;
  return {
    ...live,
    database,
    publish: (news, now) => inbox.finish([], news, now),
    lastId: () => lastIdOf(events),
  };
}

export async function lastIdOf(events: EventLog): Promise<number> {
  return (await events.bounds()).lastId;
}

/** What was begun in this turn has come to its end. */
export async function nextTurns(count = 3): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve));
}
