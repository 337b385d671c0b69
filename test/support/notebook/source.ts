import { afterMessage, beforePage, messagesAhead } from '../../../src/datasources/kit/position.ts';
import type { MessageSource, Slice, SourcePosition, Walk } from '../../../src/datasources/message-source.ts';
import type { NotebookMessageRecord } from './to-message.ts';

const PAGE_SIZE = 5;

/** A list in memory, oldest first, as a source: the whole of it is one native page. */
export class NotebookSource implements MessageSource {
  readonly id: string;
  readonly channel: string;
  readonly #notes: readonly NotebookMessageRecord[];

  constructor(channel: string, notes: readonly NotebookMessageRecord[]) {
    this.id = channel;
    this.channel = channel;
    this.#notes = notes;
  }

  start({ order }: Walk): SourcePosition {
    return beforePage(null, order, null);
  }

  read(position: SourcePosition, { order }: Walk): Promise<Slice> {
    const ahead = messagesAhead(this.#notes, position, order);
    const messages = ahead.slice(0, PAGE_SIZE);
    const last = messages.at(-1);
    return Promise.resolve({
      page: null,
      messages,
      next: last ? afterMessage(null, last, order) : position,
      isEnd: messages.length === ahead.length,
      endReason: 'BEGINNING',
    });
  }
}
