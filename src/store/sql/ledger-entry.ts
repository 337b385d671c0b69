import type { SqlReader, SqlRow } from '../sql.ts';
import type { LedgerEntry, LedgerResult } from '../store.ts';
import type { LedgerSeals } from './ledger-seals.ts';

/** Writes entries into the ledger of one channel. */
export class LedgerRecorder {
  readonly #channel: string;
  readonly #seals: LedgerSeals;

  constructor(channel: string, seals: LedgerSeals) {
    this.#channel = channel;
    this.#seals = seals;
  }

  async record(tx: SqlReader, entry: LedgerEntry): Promise<LedgerResult> {
    const { messageId, recordedAt, message, toDetails, profile, rank } = entry;
    const id = this.#seals.messageId.seal(messageId);
    if (profile) await this.#putProfile(tx, profile, recordedAt);
    if (toDetails) await this.#putDetails(tx, id, toDetails, recordedAt);
    if (message) await this.#addMessage(tx, id, message, recordedAt);
    const status = rank === undefined ? null : await this.#addStatus(tx, id, rank, recordedAt);
    return { status, ...(await this.#find(tx, id)) };
  }

  async #putProfile(
    tx: SqlReader,
    { customer, profile }: { customer: string; profile: string },
    recordedAt: number,
  ): Promise<void> {
    await tx.all(
      `INSERT INTO whatsapp_profile (channel, customer, payload, heard_at) VALUES ($1, $2, $3, $4)
       ON CONFLICT (channel, customer) DO UPDATE SET payload = excluded.payload, heard_at = excluded.heard_at
       WHERE excluded.heard_at >= whatsapp_profile.heard_at`,
      [this.#channel, this.#seals.customer.seal(customer), this.#seals.profile.seal(profile), recordedAt],
    );
  }

  async #putDetails(
    tx: SqlReader,
    id: string | Uint8Array,
    toDetails: NonNullable<LedgerEntry['toDetails']>,
    recordedAt: number,
  ): Promise<void> {
    const { details, speaker } = toDetails(null);
    const added = await tx.all(
      `INSERT INTO whatsapp_detail (channel, message_id, speaker, payload, heard_at) VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT (channel, message_id) DO NOTHING RETURNING 1`,
      [this.#channel, id, this.#sealSpeaker(speaker), this.#seals.details.seal(details), recordedAt],
    );
    if (added.length === 0) await this.#mergeDetails(tx, id, toDetails);
  }

  async #mergeDetails(
    tx: SqlReader,
    id: string | Uint8Array,
    toDetails: NonNullable<LedgerEntry['toDetails']>,
  ): Promise<void> {
    const [known] = await tx.all(
      'SELECT payload FROM whatsapp_detail WHERE channel = $1 AND message_id = $2',
      [this.#channel, id],
    );
    const { details, speaker } = toDetails(known ? this.#seals.details.open(known['payload']) : null);
    await tx.all(
      'UPDATE whatsapp_detail SET speaker = $3, payload = $4 WHERE channel = $1 AND message_id = $2',
      [this.#channel, id, this.#sealSpeaker(speaker), this.#seals.details.seal(details)],
    );
  }

  #sealSpeaker(speaker: string | null): string | Uint8Array | null {
    return speaker === null ? null : this.#seals.speaker.seal(speaker);
  }

  /**
   * Counted per event: whether the two events call a message by the same id is not published, and if they do not, the
   * second must not become another message. The greatest ordinal counts even where older rows are gone.
   */
  async #addMessage(
    tx: SqlReader,
    id: string | Uint8Array,
    { event, prefix }: { event: string; prefix: string },
    recordedAt: number,
  ): Promise<void> {
    await tx.all(
      `INSERT INTO whatsapp_message (channel, message_id, event, stem, ordinal, heard_at)
       SELECT $1, $2, $3, $4, COALESCE(MAX(ordinal), -1) + 1, $5
       FROM whatsapp_message WHERE channel = $1 AND stem = $4 AND event = $3
       ON CONFLICT (channel, message_id) DO NOTHING`,
      [this.#channel, id, event, this.#seals.prefix.seal(prefix), recordedAt],
    );
  }

  async #addStatus(
    tx: SqlReader,
    id: string | Uint8Array,
    rank: number,
    recordedAt: number,
  ): Promise<LedgerResult['status']> {
    await tx.all(
      `INSERT INTO whatsapp_status (channel, message_id, rank, is_forward, changed_at)
       SELECT $1, $2, $3, CASE WHEN COALESCE(MAX(rank), -1) < $3 THEN 1 ELSE 0 END, $4
       FROM whatsapp_status WHERE channel = $1 AND message_id = $2
       ON CONFLICT (channel, message_id, rank) DO NOTHING`,
      [this.#channel, id, rank, recordedAt],
    );
    const [row] = await tx.all(
      'SELECT is_forward, changed_at FROM whatsapp_status WHERE channel = $1 AND message_id = $2 AND rank = $3',
      [this.#channel, id, rank],
    );
    return row ? { isForward: Number(row['is_forward']) === 1, recordedAt: Number(row['changed_at']) } : null;
  }

  async #find(tx: SqlReader, id: string | Uint8Array): Promise<Pick<LedgerResult, 'message' | 'rank'>> {
    const [row] = await tx.all(
      `SELECT own.id, own.event, own.stem, own.ordinal, own.heard_at,
         (SELECT MIN(id) FROM whatsapp_message AS alike
          WHERE alike.channel = own.channel AND alike.stem = own.stem AND alike.ordinal = own.ordinal) AS first,
         (SELECT MAX(rank) FROM whatsapp_status WHERE channel = $1 AND message_id = $2) AS rank
       FROM (SELECT 1 AS one) AS always
       LEFT JOIN whatsapp_message AS own ON own.channel = $1 AND own.message_id = $2`,
      [this.#channel, id],
    );
    return { message: row && row['id'] !== null ? this.#toMessage(row) : null, rank: toRank(row) };
  }

  #toMessage(row: SqlRow): LedgerResult['message'] {
    return {
      prefix: this.#seals.prefix.open(row['stem']),
      ordinal: Number(row['ordinal']),
      event: String(row['event']),
      recordedAt: Number(row['heard_at']),
      isFirstOfKey: row['first'] === row['id'],
    };
  }
}

/** Null: there is no status. */
export function toRank(row: SqlRow | undefined): number | null {
  const rank = row?.['rank'] ?? null;
  return rank === null ? null : Number(rank);
}
