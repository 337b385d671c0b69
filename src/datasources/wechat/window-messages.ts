import { messagesAhead } from '../kit/position.ts';
import type { Order, SourcePosition } from '../message-source.ts';
import type { ArrangedRecords, DigestedRecord } from './record-order.ts';
import { secondOfSequence } from './sequence.ts';
import { toMessages, type Account, type WeChatMessageRecord } from './to-message.ts';

/** So many records are mapped at once, and the rest of their last second with them. */
const BLOCK_LENGTH = 200;
/** No block. */
const NONE = -1;

/**
 * The messages of a window: mapped when they are read, a block of whole seconds at a time. What is read again is kept;
 * an export, which reads everything once, would fill the memory with what is not asked for again.
 */
export class WindowMessages {
  readonly isShuffled: boolean;
  readonly #account: Account;
  readonly #blocks: readonly (readonly DigestedRecord[])[];
  readonly #kept: (readonly WeChatMessageRecord[])[] = [];
  readonly #wasRead: boolean[] = [];

  constructor({ records, isShuffled }: ArrangedRecords, account: Account) {
    this.isShuffled = isShuffled;
    this.#account = account;
    this.#blocks = toBlocks(records);
  }

  /** @returns the messages next to the gap, at most `limit`, and whether they are the window's last in that order */
  ahead(
    gap: SourcePosition,
    order: Order,
    limit: number,
  ): { messages: WeChatMessageRecord[]; isLast: boolean } {
    const messages: WeChatMessageRecord[] = [];
    const step = order === 'ASC' ? 1 : -1;
    let index = this.#firstBlock(gap, order);
    // One more than is returned, to know whether any follow.
    for (; this.#blocks[index] && messages.length <= limit; index += step) {
      messages.push(...messagesAhead(this.#map(index), gap, order, limit + 1 - messages.length));
    }
    return { messages: messages.slice(0, limit), isLast: messages.length <= limit };
  }

  /** @param second Unix seconds. @returns the messages of that second, among others */
  around(second: number): readonly WeChatMessageRecord[] {
    return this.#map(this.#blockOf(second));
  }

  #firstBlock({ order: made, passed }: SourcePosition, order: Order): number {
    if (passed !== null) {
      const index = this.#blockOf(secondOfSequence(passed));
      return order === 'ASC' ? Math.max(0, index) : index;
    }
    // Nothing was passed in the order that the position was made in, so in the other one nothing is ahead.
    if (made !== order) return NONE;
    return order === 'ASC' ? 0 : this.#blocks.length - 1;
  }

  #blockOf(second: number): number {
    return this.#blocks.findLastIndex(([first]) => first !== undefined && first.time <= second);
  }

  #map(index: number): readonly WeChatMessageRecord[] {
    const records = this.#blocks[index];
    if (!records) return [];
    const kept = this.#kept[index];
    if (kept) return kept;
    const messages = toMessages({ records, isShuffled: this.isShuffled }, this.#account);
    if (this.#wasRead[index]) this.#kept[index] = messages;
    this.#wasRead[index] = true;
    return messages;
  }
}

function toBlocks(records: readonly DigestedRecord[]): DigestedRecord[][] {
  const blocks: DigestedRecord[][] = [];
  for (let start = 0; start < records.length;) {
    let end = Math.min(start + BLOCK_LENGTH, records.length);
    while (end < records.length && records[end]?.time === records[end - 1]?.time) end++;
    blocks.push(records.slice(start, end));
    start = end;
  }
  return blocks;
}
