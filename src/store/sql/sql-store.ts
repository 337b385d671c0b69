import type { Sql } from '../sql.ts';
import type {
  AccessTokens,
  AccountMemory,
  ArchiveIndex,
  InboxLimits,
  Leases,
  LiveStore,
  MessageArchive,
  QuotaShares,
  RecallStore,
  Store,
  MessageStream,
  Ledger,
} from '../store.ts';
import type { Vault } from '../vault.ts';
import type { AppendEvents } from './append-events.ts';
import type { Archives } from './archive/archives.ts';
import { SqlAccountMemory } from './account-memory.ts';
import { SqlAuditStore } from './audit-table.ts';
import { SqlCompliance } from './compliance.ts';
import { SqlEventLog } from './event-log.ts';
import { SqlInbox } from './inbox.ts';
import { OwnLeases } from './own-leases.ts';
import { OwnWrites } from './own-writes.ts';
import { SqlRecalls } from './recalls.ts';
import { SqlProbe, SqlSettings } from './settings.ts';
import { SqlTailMarks } from './tail-marks.ts';
import { SqlMessageStream } from './message-stream.ts';
import { SqlLedger } from './ledger.ts';

/** What several processes on one database do otherwise than one. */
export interface SharedParts {
  /** How ids are given to events; alone: one row after the other. */
  append: AppendEvents;
  leases: Leases;
  quotaShares: QuotaShares;
  accessTokens: AccessTokens;
  /** An SQL expression: another text once the server may have lost what was committed. */
  course: string;
}

/** The store in a database of any engine. */
export class SqlStore implements Store {
  readonly settings: SqlSettings;
  readonly probe: SqlProbe;
  readonly audit: SqlAuditStore;
  readonly compliance: SqlCompliance;
  readonly leases: Leases;
  readonly quotaShares: QuotaShares | null;
  readonly accessTokens: AccessTokens | null;
  readonly #sql: Sql;
  readonly #vault: Vault;
  readonly #archives: Archives;
  readonly #recalls: OwnWrites;
  readonly #append: AppendEvents | undefined;

  /** @param shared left out: the store belongs to this process */
  constructor(sql: Sql, vault: Vault, archives: Archives, shared?: SharedParts) {
    this.#sql = sql;
    this.#vault = vault;
    this.#archives = archives;
    this.#recalls = new OwnWrites(sql, 'recalls');
    this.#append = shared?.append;
    this.leases = shared?.leases ?? new OwnLeases();
    this.quotaShares = shared?.quotaShares ?? null;
    this.accessTokens = shared?.accessTokens ?? null;
    this.settings = new SqlSettings(sql, vault, shared?.course);
    this.probe = new SqlProbe(sql);
    this.audit = new SqlAuditStore(sql, vault);
    this.compliance = new SqlCompliance(sql, vault);
  }

  async openLive(limits: InboxLimits): Promise<LiveStore> {
    const events = await SqlEventLog.open(this.#sql, this.#vault, this.#append);
    return {
      events,
      inbox: new SqlInbox(this.#sql, this.#vault, events, limits),
      tails: new SqlTailMarks(this.#sql, this.#vault, events),
      leases: this.leases,
    };
  }

  messageStream(account: string, channel: string): MessageStream {
    return new SqlMessageStream(this.#sql, this.#vault, this.leases, account, channel);
  }

  recalls(appId: number, account: string): RecallStore {
    return new SqlRecalls(this.#sql, this.#vault, this.#recalls, appId, account);
  }

  accountMemory(account: string): AccountMemory {
    return new SqlAccountMemory(this.#sql, this.#vault, account);
  }

  ledger(channel: string): Ledger {
    return new SqlLedger(this.#sql, this.#vault, channel);
  }

  messageArchive(source: string, account: string): MessageArchive {
    return this.#archives.of(source, account);
  }

  archiveIndex(): ArchiveIndex {
    return this.#archives.index();
  }

  async close(): Promise<void> {
    await this.#archives.close();
    await this.#sql.close();
  }
}
