import type { MessageRecord, ParticipantRecord } from '../domain/records.ts';

/**
 * The counts of a group of messages, updated as they are read: its memory grows with the participants, not with the
 * messages.
 */
export class Aggregate {
  messages = 0;
  inbound = 0;
  outbound = 0;
  /** Unix ms. */
  firstAt = Infinity;
  /** Unix ms. */
  lastAt = -Infinity;
  readonly #conversations = new Set<string>();
  readonly #customers = new Set<string>();

  get conversations(): number {
    return this.#conversations.size;
  }

  get customers(): number {
    return this.#customers.size;
  }

  add({ channel, conversation, direction, sentAt }: MessageRecord, customer: ParticipantRecord | null): void {
    this.messages++;
    if (direction === 'INBOUND') this.inbound++;
    if (direction === 'OUTBOUND') this.outbound++;
    this.firstAt = Math.min(this.firstAt, sentAt);
    this.lastAt = Math.max(this.lastAt, sentAt);
    // No channel has a space in its name.
    this.#conversations.add(`${channel} ${conversation.key}`);
    if (customer) this.#customers.add(`${channel} ${customer.nativeId}`);
  }
}
