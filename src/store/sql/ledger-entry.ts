import type { SqlReader, SqlRow } from '../sql.ts';
import type { LedgerEntry, LedgerKey, LedgerResult } from '../store.ts';
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
    return {
      status: rank === undefined ? null : await this.#addStatus(tx, id, rank, recordedAt),
      message: await this.#messageIn(tx, id),
      rank: await this.#rankIn(tx, id),
    };
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
    const [known] = await tx.all(
      'SELECT payload FROM whatsapp_detail WHERE channel = $1 AND message_id = $2',
      [this.#channel, id],
    );
    const { details, speaker } = toDetails(known ? this.#seals.details.open(known['payload']) : null);
    await tx.all(
      `INSERT INTO whatsapp_detail (channel, message_id, speaker, payload, heard_at) VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT (channel, message_id) DO UPDATE SET speaker = excluded.speaker, payload = excluded.payload`,
      [
        this.#channel,
        id,
        speaker === null ? null : this.#seals.speaker.seal(speaker),
        this.#seals.details.seal(details),
        recordedAt,
      ],
    );
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

  async #messageIn(tx: SqlReader, id: string | Uint8Array): Promise<LedgerResult['message']> {
    const [row] = await tx.all(
      'SELECT id, event, stem, ordinal, heard_at FROM whatsapp_message WHERE channel = $1 AND message_id = $2',
      [this.#channel, id],
    );
    if (!row) return null;
    const prefix = this.#seals.prefix.open(row['stem']);
    const ordinal = Number(row['ordinal']);
    const first = await this.#firstOfKey(tx, { prefix, ordinal });
    return {
      prefix,
      ordinal,
      event: String(row['event']),
      recordedAt: Number(row['heard_at']),
      isFirstOfKey: first?.['id'] === row['id'],
    };
  }

  async #rankIn(tx: SqlReader, id: string | Uint8Array): Promise<number | null> {
    const [row] = await tx.all(
      'SELECT MAX(rank) AS rank FROM whatsapp_status WHERE channel = $1 AND message_id = $2',
      [this.#channel, id],
    );
    return toRank(row);
  }

  async #firstOfKey(tx: SqlReader, { prefix, ordinal }: LedgerKey): Promise<SqlRow | undefined> {
    const [row] = await tx.all(
      `SELECT id FROM whatsapp_message WHERE channel = $1 AND stem = $2 AND ordinal = $3
       ORDER BY id LIMIT 1`,
      [this.#channel, this.#seals.prefix.seal(prefix), ordinal],
    );
    return row;
  }
}

/** Null: there is no status. */
export function toRank(row: SqlRow | undefined): number | null {
  const rank = row?.['rank'] ?? null;
  return rank === null ? null : Number(rank);
}
