import { z } from 'zod';
import type { Database, Statement } from '../../store/sqlite/database.ts';
import type { ColumnSeal } from '../../store/vault.ts';
import { toRank, toStatus, type PushedStatus } from './delivery-status.ts';
import { toKeyOfPrefix, toPrefixAndOrdinal } from './message-key.ts';
import type { PushedMessage } from './push/pushed-message.ts';

export interface LedgerMessage {
  key: string;
  /** False when it was recorded before, be it by the other event under its own id: then that id has the same key. */
  isNew: boolean;
}

export interface LedgerStatus {
  /** False when it was recorded before, or a later status. */
  isNew: boolean;
}

/** Instead of the event, if it does not identify the group: then the key is not the history's. */
const UNNAMED = 'UNNAMED';

const messageRow = z.object({
  id: z.number(),
  event: z.string(),
  stem: z.unknown(),
  ordinal: z.number(),
  heard_at: z.number(),
});
const firstRow = z.object({ id: z.number(), message_id: z.unknown() });
const statusRow = z.object({ is_forward: z.number(), changed_at: z.number() });
const rankRow = z.object({ rank: z.number().nullable() });

/**
 * The delivery ledger of one channel: which message id is which message, and its latest status, from webhooks.
 *
 * Every row is written once, with the time of its delivery, and then stays. So an item that is processed again after
 * a crash gives the same result, and a repeated delivery, even long after, adds nothing.
 */
export class DeliveryLedger {
  readonly #channel: string;
  /** Of both tables, which are joined by it. */
  readonly #messageId: ColumnSeal;
  readonly #keyPrefix: ColumnSeal;
  readonly #addMessage: Statement;
  readonly #message: Statement;
  readonly #firstOfKey: Statement;
  readonly #addStatus: Statement;
  readonly #status: Statement;
  readonly #rankOfMessage: Statement;
  readonly #rankOfKey: Statement;
  readonly #prunes: Statement[];

  constructor(database: Database, channel: string) {
    this.#channel = channel;
    this.#messageId = database.vault.key('whatsapp_message.message_id');
    this.#keyPrefix = database.vault.key('whatsapp_message.stem');
    // Counted per event: whether the two events call a message by the same id is not published, and if they do not,
    // the second must not become another message. The greatest ordinal counts even where older rows are gone.
    this.#addMessage = database.prepare(
      `INSERT INTO whatsapp_message (channel, message_id, event, stem, ordinal, heard_at)
       SELECT :channel, :messageId, :event, :stem, coalesce(max(ordinal), -1) + 1, :recordedAt
       FROM whatsapp_message WHERE channel = :channel AND stem = :stem AND event = :event
       ON CONFLICT (channel, message_id) DO NOTHING`,
    );
    this.#message = database.prepare(
      'SELECT id, event, stem, ordinal, heard_at FROM whatsapp_message WHERE channel = ? AND message_id = ?',
    );
    this.#firstOfKey = database.prepare(
      `SELECT id, message_id FROM whatsapp_message WHERE channel = ? AND stem = ? AND ordinal = ?
       ORDER BY id LIMIT 1`,
    );
    this.#addStatus = database.prepare(
      `INSERT INTO whatsapp_status (channel, message_id, rank, is_forward, changed_at)
       SELECT :channel, :messageId, :rank, coalesce(max(rank), -1) < :rank, :changedAt
       FROM whatsapp_status WHERE channel = :channel AND message_id = :messageId
       ON CONFLICT (channel, message_id, rank) DO NOTHING`,
    );
    this.#status = database.prepare(
      'SELECT is_forward, changed_at FROM whatsapp_status WHERE channel = ? AND message_id = ? AND rank = ?',
    );
    this.#rankOfMessage = database.prepare(
      'SELECT max(rank) AS rank FROM whatsapp_status WHERE channel = ? AND message_id = ?',
    );
    this.#rankOfKey = database.prepare(
      `SELECT max(rank) AS rank FROM whatsapp_message JOIN whatsapp_status USING (channel, message_id)
       WHERE channel = ? AND stem = ? AND ordinal = ?`,
    );
    this.#prunes = [
      database.prepare('DELETE FROM whatsapp_message WHERE channel = ? AND heard_at < ?'),
      database.prepare('DELETE FROM whatsapp_status WHERE channel = ? AND changed_at < ?'),
    ];
  }

  /** @param recordedAt Unix ms: when the delivery came */
  recordMessage(
    { messageId, event: by, isCounterpartKnown }: PushedMessage,
    stem: string,
    recordedAt: number,
  ): LedgerMessage {
    const event = isCounterpartKnown ? by : UNNAMED;
    const id = this.#messageId.seal(messageId);
    this.#addMessage.run({
      channel: this.#channel,
      messageId: id,
      event,
      stem: this.#keyPrefix.seal(stem),
      recordedAt,
    });
    const known = messageRow.parse(this.#message.get(this.#channel, id));
    const knownPrefix = this.#keyPrefix.open(known.stem);
    const first = firstRow.parse(
      this.#firstOfKey.get(this.#channel, this.#keyPrefix.seal(knownPrefix), known.ordinal),
    );
    return {
      key: toKeyOfPrefix(knownPrefix, known.ordinal),
      isNew: first.id === known.id && known.event === event && known.heard_at === recordedAt,
    };
  }

  /** The message may come later. @param changedAt Unix ms: when the delivery came */
  recordStatus(messageId: string, status: PushedStatus, changedAt: number): LedgerStatus {
    const rank = toRank(status);
    const id = this.#messageId.seal(messageId);
    this.#addStatus.run({ channel: this.#channel, messageId: id, rank, changedAt });
    const row = statusRow.parse(this.#status.get(this.#channel, id, rank));
    return { isNew: row.is_forward === 1 && row.changed_at === changedAt };
  }

  /** @returns null as long as the message has not come, or its key is not known */
  keyOf(messageId: string): string | null {
    const row = this.#message.get(this.#channel, this.#messageId.seal(messageId));
    if (!row) return null;
    const { stem, ordinal, event } = messageRow.parse(row);
    return event === UNNAMED ? null : toKeyOfPrefix(this.#keyPrefix.open(stem), ordinal);
  }

  statusOf(messageId: string): PushedStatus | null {
    return toStatus(
      rankRow.parse(this.#rankOfMessage.get(this.#channel, this.#messageId.seal(messageId))).rank,
    );
  }

  /** @returns null when no webhook has told of the message */
  find(key: string): { whatsAppMessageId: string; status: PushedStatus | null } | null {
    const { prefix, ordinal } = toPrefixAndOrdinal(key) ?? {};
    if (prefix === undefined || ordinal === undefined) return null;
    const sealedPrefix = this.#keyPrefix.seal(prefix);
    const first = this.#firstOfKey.get(this.#channel, sealedPrefix, ordinal);
    if (!first) return null;
    const { rank } = rankRow.parse(this.#rankOfKey.get(this.#channel, sealedPrefix, ordinal));
    return {
      whatsAppMessageId: this.#messageId.open(firstRow.parse(first).message_id),
      status: toStatus(rank),
    };
  }

  /** Prunes rows that came before. @param before Unix ms */
  prune(before: number): void {
    for (const prune of this.#prunes) prune.run(this.#channel, before);
  }
}
