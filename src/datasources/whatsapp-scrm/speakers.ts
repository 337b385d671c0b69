import type { MessageRecord } from '../../domain/records.ts';
import type { Ledger } from '../../store/store.ts';
import type { ToldMessages } from '../message-source.ts';
import { toSpeaker } from './conversation.ts';
import { findTold } from './told.ts';
import type { WhatsAppMessageRecord } from './to-message.ts';

/** The history does not tell who of a group spoke; what a webhook told of it is put in, so that filters see it, too. */
export class Speakers implements ToldMessages {
  readonly #channel: string;
  readonly #store: Ledger;
  readonly #completed = new WeakMap<
    WhatsAppMessageRecord,
    { message: WhatsAppMessageRecord; version: string }
  >();

  constructor(channel: string, store: Ledger) {
    this.#channel = channel;
    this.#store = store;
  }

  isOpen(message: WhatsAppMessageRecord): boolean {
    return isOpen(message) && message.sender.role === 'UNKNOWN';
  }

  withFormer(message: WhatsAppMessageRecord, { sender }: MessageRecord): WhatsAppMessageRecord {
    return { ...message, sender };
  }

  async complete(messages: readonly WhatsAppMessageRecord[]): Promise<readonly WhatsAppMessageRecord[]> {
    if (!messages.some(isOpen)) return messages;
    // Before the look: what is recorded meanwhile makes it outdated.
    const version = await this.#store.version();
    const outdated = messages.filter(
      (message) => isOpen(message) && this.#completed.get(message)?.version !== version,
    );
    const told = await findTold(this.#store, outdated);
    for (const [index, message] of outdated.entries()) {
      const speaker = told[index]?.details?.speaker;
      const complete = speaker ? { ...message, sender: toSpeaker(this.#channel, speaker) } : message;
      this.#completed.set(message, { message: complete, version });
    }
    return messages.map((message) =>
      isOpen(message) ? (this.#completed.get(message)?.message ?? message) : message,
    );
  }
}

function isOpen({ conversation, direction }: WhatsAppMessageRecord): boolean {
  return conversation.kind === 'GROUP' && direction !== 'OUTBOUND';
}
