import type { Sql, SqlRow, SqlUnit } from '../sql.ts';
import type {
  ErasedLedgerRows,
  Ledger,
  LedgerEntry,
  LedgerErasure,
  LedgerFinding,
  LedgerKey,
  LedgerResult,
} from '../store.ts';
import type { Vault } from '../vault.ts';
import { allOfKeys } from './all-of-keys.ts';
import { eraseIn, findErased, keysOfSpeaker } from './ledger-erasure.ts';
import { LedgerRecorder, toRank } from './ledger-entry.ts';
import { ledgerSeals, type LedgerSeals } from './ledger-seals.ts';
import { OwnWrites } from './own-writes.ts';

export class SqlLedger implements Ledger {
  readonly #sql: Sql;
  readonly #channel: string;
  readonly #seals: LedgerSeals;
  readonly #recorder: LedgerRecorder;
  readonly #writes: OwnWrites;
  readonly #detailWrites: OwnWrites;

  constructor(sql: Sql, vault: Vault, channel: string) {
    this.#sql = sql;
    this.#channel = channel;
    this.#seals = ledgerSeals(vault);
    this.#recorder = new LedgerRecorder(channel, this.#seals);
    this.#writes = new OwnWrites(sql, `ledger ${channel}`);
    this.#detailWrites = new OwnWrites(sql, `ledger-details ${channel}`);
  }

  version(): Promise<string> {
    return this.#detailWrites.version();
  }

  anyVersion(): Promise<string> {
    return this.#writes.version();
  }

  record(entries: readonly LedgerEntry[], mayBegin = (): boolean => true): Promise<LedgerResult[]> {
    const told = entries.some(({ toDetails }) => toDetails);
    const recorded = this.#sql.unit(
      async (tx) => {
        await this.#claim(tx, told);
        const results: LedgerResult[] = [];
        for (const entry of entries) {
          const isInTime = mayBegin();
          if (results.length > 0 && !isInTime) break;
          results.push(await this.#recorder.record(tx, entry));
        }
        return results;
      },
      { isLazy: true },
    );
    return this.#writes.during(told ? this.#detailWrites.during(recorded) : recorded);
  }

  async find(keys: readonly LedgerKey[]): Promise<(LedgerFinding | null)[]> {
    const rows = await allOfKeys(
      this.#sql,
      {
        columns: ['stem', 'ordinal'],
        toText: (isOneOf) =>
          `SELECT id, stem, ordinal, message_id, payload,
             (SELECT MAX(rank) FROM whatsapp_status
              WHERE channel = whatsapp_message.channel AND message_id = whatsapp_message.message_id) AS rank
           FROM whatsapp_message LEFT JOIN whatsapp_detail USING (channel, message_id)
           WHERE channel = $1 AND ${isOneOf}`,
        values: [this.#channel],
      },
      keys.map(({ prefix, ordinal }) => [this.#seals.prefix.seal(prefix), ordinal]),
    );
    const eachOnce = new Map(rows.map((row) => [Number(row['id']), row]));
    const found = Map.groupBy(eachOnce.values(), (row) =>
      toName({ prefix: this.#seals.prefix.open(row['stem']), ordinal: Number(row['ordinal']) }),
    );
    return keys.map((key) => this.#toFinding(found.get(toName(key)) ?? []));
  }

  async hasSpeaker(speaker: string): Promise<boolean> {
    const rows = await this.#sql.all(
      'SELECT 1 FROM whatsapp_detail WHERE channel = $1 AND speaker = $2 LIMIT 1',
      [this.#channel, this.#seals.speaker.seal(speaker)],
    );
    return rows.length > 0;
  }

  async profile(customer: string): Promise<{ profile: string; recordedAt: number } | null> {
    const [row] = await this.#sql.all(
      'SELECT payload, heard_at FROM whatsapp_profile WHERE channel = $1 AND customer = $2',
      [this.#channel, this.#seals.customer.seal(customer)],
    );
    return row
      ? { profile: this.#seals.profile.open(row['payload']), recordedAt: Number(row['heard_at']) }
      : null;
  }

  keysOfSpeaker(speaker: string): Promise<LedgerKey[]> {
    return keysOfSpeaker(this.#sql, this.#seals, this.#channel, speaker);
  }

  findErased(erasure: LedgerErasure): Promise<ErasedLedgerRows> {
    return findErased(this.#sql, this.#seals, this.#channel, erasure);
  }

  async erase(messageIds: readonly string[], customer: string): Promise<void> {
    const erased = this.#sql.unit(async (tx) => {
      await this.#claim(tx, true);
      await eraseIn(tx, this.#seals, this.#channel, messageIds, customer);
    });
    await this.#writes.during(this.#detailWrites.during(erased));
  }

  async prune(before: number): Promise<void> {
    const pruned = this.#sql.unit(async (tx) => {
      await this.#claim(tx, true);
      const values = [this.#channel, before];
      await tx.all('DELETE FROM whatsapp_message WHERE channel = $1 AND heard_at < $2', values);
      await tx.all('DELETE FROM whatsapp_status WHERE channel = $1 AND changed_at < $2', values);
      await tx.all('DELETE FROM whatsapp_detail WHERE channel = $1 AND heard_at < $2', values);
      await tx.all('DELETE FROM whatsapp_profile WHERE channel = $1 AND heard_at < $2', values);
    });
    await this.#writes.during(this.#detailWrites.during(pruned));
  }

  async #claim(tx: SqlUnit, details: boolean): Promise<void> {
    await this.#writes.claim(tx);
    if (details) await this.#detailWrites.claim(tx);
  }

  /** @param rows of one key */
  #toFinding(rows: readonly SqlRow[]): LedgerFinding | null {
    const inOrder = rows.toSorted((a, b) => Number(a['id']) - Number(b['id']));
    const [first] = inOrder;
    if (!first) return null;
    const ranks = inOrder.map(toRank).filter((rank) => rank !== null);
    const details = inOrder.map((row) => row['payload'] ?? null).filter((payload) => payload !== null);
    return {
      messageId: this.#seals.messageId.open(first['message_id']),
      rank: ranks.length === 0 ? null : Math.max(...ranks),
      details: details.map((payload) => this.#seals.details.open(payload)),
    };
  }
}

function toName({ prefix, ordinal }: LedgerKey): string {
  return `${prefix} ${ordinal}`;
}
