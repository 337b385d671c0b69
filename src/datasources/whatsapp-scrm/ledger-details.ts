import { z } from 'zod';
import type { Database, Statement } from '../../store/sqlite/database.ts';
import type { ColumnSeal } from '../../store/vault.ts';
import { toPrefixAndOrdinal } from './message-key.ts';
import { toWhatsAppId } from './whatsapp-id.ts';

const optionalText = z.string().nullable();

/** What only webhooks tell about a message. */
const messageDetails = z.object({
  /** 1 PC, 2 app, 3 web. */
  originType: z.int().nullable(),
  campaignTaskId: optionalText,
  campaignTaskDetailId: optionalText,
  /** `newContentType`, or `type`. */
  webhookType: z.int().nullable(),
  /** The member of a group who wrote. */
  speaker: z.object({ address: z.string(), name: optionalText }).nullable(),
});
export type MessageDetails = z.output<typeof messageDetails>;

/** Beside `DeliveryLedger`: further details of its messages. */
export class LedgerDetails {
  readonly #channel: string;
  readonly #messageId: ColumnSeal;
  readonly #keyPrefix: ColumnSeal;
  readonly #speaker: ColumnSeal;
  readonly #payload: ColumnSeal;
  readonly #put: Statement;
  readonly #ofMessage: Statement;
  readonly #ofKey: Statement;
  readonly #ofSpeaker: Statement;
  readonly #prune: Statement;
  readonly #database: Database;
  #changes = 0;

  constructor(database: Database, channel: string) {
    this.#channel = channel;
    this.#database = database;
    // Sealed as they are in the table that they are joined with.
    this.#messageId = database.vault.key('whatsapp_message.message_id');
    this.#keyPrefix = database.vault.key('whatsapp_message.stem');
    this.#speaker = database.vault.key('whatsapp_detail.speaker');
    this.#payload = database.vault.value('whatsapp_detail.payload');
    this.#put = database.prepare(
      `INSERT INTO whatsapp_detail (channel, message_id, speaker, payload, heard_at) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT (channel, message_id) DO UPDATE SET speaker = excluded.speaker, payload = excluded.payload`,
    );
    this.#ofMessage = database.prepare(
      'SELECT payload FROM whatsapp_detail WHERE channel = ? AND message_id = ?',
    );
    this.#ofKey = database.prepare(
      `SELECT payload FROM whatsapp_message JOIN whatsapp_detail USING (channel, message_id)
       WHERE channel = ? AND stem = ? AND ordinal = ? ORDER BY id`,
    );
    this.#ofSpeaker = database.prepare(
      'SELECT 1 FROM whatsapp_detail WHERE channel = ? AND speaker = ? LIMIT 1',
    );
    this.#prune = database.prepare('DELETE FROM whatsapp_detail WHERE channel = ? AND heard_at < ?');
  }

  /** Changes when the ledger may have. */
  get version(): string {
    return `${this.#changes} ${String(this.#database.dataVersion())}`;
  }

  /** Both events may report one message: one fills in what the other leaves open. @param recordedAt Unix ms */
  record(messageId: string, told: MessageDetails, recordedAt: number): void {
    const id = this.#messageId.seal(messageId);
    const known = this.#ofMessage.get(this.#channel, id);
    const details = known ? merge(this.#open(known), told) : told;
    const speaker = details.speaker && this.#speaker.seal(toWhatsAppId(details.speaker.address).value);
    this.#changes++;
    this.#put.run(this.#channel, id, speaker, this.#payload.seal(JSON.stringify(details)), recordedAt);
  }

  /** @param key as in message-key.ts. @returns null when no webhook has reported the message */
  find(key: string): MessageDetails | null {
    const { prefix, ordinal } = toPrefixAndOrdinal(key) ?? {};
    if (prefix === undefined || ordinal === undefined) return null;
    return this.#ofKey
      .all(this.#channel, this.#keyPrefix.seal(prefix), ordinal)
      .map((row) => this.#open(row))
      .reduce<MessageDetails | null>((all, details) => (all ? merge(all, details) : details), null);
  }

  /**
   * Whether the person is recorded as a member of a group who wrote.
   *
   * @param nativeId normalised as in whatsapp-id.ts
   */
  hasSpoken(nativeId: string): boolean {
    return this.#ofSpeaker.get(this.#channel, this.#speaker.seal(nativeId)) !== undefined;
  }

  /** @param before Unix ms */
  prune(before: number): void {
    this.#changes++;
    this.#prune.run(this.#channel, before);
  }

  #open(row: Record<string, unknown>): MessageDetails {
    return messageDetails.parse(JSON.parse(this.#payload.open(row['payload'])));
  }
}

function merge(known: MessageDetails, more: MessageDetails): MessageDetails {
  return {
    originType: known.originType ?? more.originType,
    campaignTaskId: known.campaignTaskId ?? more.campaignTaskId,
    campaignTaskDetailId: known.campaignTaskDetailId ?? more.campaignTaskDetailId,
    webhookType: known.webhookType ?? more.webhookType,
    speaker: known.speaker ?? more.speaker,
  };
}
