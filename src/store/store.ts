import type { AccessTokens } from './ports/access-tokens.ts';
import type { AccountMemory } from './ports/account-memory.ts';
import type { ArchiveIndex } from './ports/archive-index.ts';
import type { AuditStore } from './ports/audit.ts';
import type { ComplianceStore } from './ports/compliance.ts';
import type { Leases } from './ports/leases.ts';
import type { Ledger } from './ports/ledger.ts';
import type { InboxLimits, LiveStore } from './ports/live.ts';
import type { MessageArchive } from './ports/message-archive.ts';
import type { MessageStream } from './ports/message-stream.ts';
import type { QuotaShares } from './ports/quota-shares.ts';
import type { RecallStore } from './ports/recalls.ts';

export type * from './ports/access-tokens.ts';
export type * from './ports/account-memory.ts';
export type * from './ports/archive-index.ts';
export type * from './ports/audit.ts';
export type * from './ports/compliance.ts';
export type * from './ports/leases.ts';
export type * from './ports/ledger.ts';
export type * from './ports/live.ts';
export type * from './ports/message-archive.ts';
export type * from './ports/message-stream.ts';
export type * from './ports/page-cache.ts';
export type * from './ports/quota-shares.ts';
export type * from './ports/recalls.ts';
export type * from './ports/redis-state.ts';
export type * from './ports/shared-counts.ts';
export type * from './ports/shared-fetches.ts';
export type * from './ports/tail-marks.ts';

/**
 * What the gateway keeps for good. All of it is asynchronous, and what one call changes is kept whole or not at all: it
 * is on disk once the call has resolved, unless the method says otherwise. A closed store rejects.
 */
export interface Store extends ProviderStores {
  readonly settings: Settings;
  readonly probe: Probe;
  readonly audit: AuditStore;
  readonly compliance: ComplianceStore;
  readonly leases: Leases;
  /** Null: the store belongs to this process, which need not share any quota. */
  readonly quotaShares: QuotaShares | null;
  /** Opens the event log and what is published in it, and names the log when it is new. */
  openLive(limits: InboxLimits): Promise<LiveStore>;
  /** @throws StoreError when the archive cannot be opened */
  archiveIndex(): ArchiveIndex;
  /** Waits until everything is written. */
  close(): Promise<void>;
}

export interface Settings {
  /** The secret that seals cursors and ids when the configuration has none. @returns null: none was made yet */
  secret(): Promise<Buffer | null>;
  /** The same, made when there is none. */
  secretOrNew(): Promise<Buffer>;
  /** Part of the names of all pages in Redis, made when there is none. */
  redisEra(): Promise<string>;
  /** Another one, for all processes: what is in Redis is unknown from then on. */
  beginRedisEra(): Promise<void>;
}

export interface Probe {
  /** @returns what a read gives back, when all is well the same */
  writeAndRead(now: number): Promise<number | null>;
}

/** What single providers keep. */
export interface ProviderStores {
  /** Null: the store belongs to this process, which keeps tokens in memory. */
  readonly accessTokens: AccessTokens | null;
  /** The stream of one corporation as one channel sees it. */
  messageStream(account: string, channel: string): MessageStream;
  recalls(appId: number, account: string): RecallStore;
  /** @param account names it with its provider and address */
  accountMemory(account: string): AccountMemory;
  ledger(channel: string): Ledger;
  /**
   * @param source names it, with its account
   * @param account names that in which participants are the same in all its sources
   * @throws StoreError when the archive cannot be opened
   */
  messageArchive(source: string, account: string): MessageArchive;
}
