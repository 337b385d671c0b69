import type { StreamPage } from '../../store/store.ts';
import { toConversation } from './conversation.ts';
import { parseMessage, type WireEntry } from './wire.ts';

/** A page of the stream as WeCom gives it, and how far it brings the archive. */
export interface ArchivePage extends Omit<StreamPage, 'entries'> {
  entries: readonly WireEntry[];
}

/**
 * As the page is kept, permanently: WeCom lists a message for five days and never goes back.
 *
 * An archive is one corporation as one channel sees it. Two applications of a corporation see other people, and the
 * same customer under another id, so their messages are not mixed.
 */
export function toStreamPage(channel: string, { entries, ...position }: ArchivePage): StreamPage {
  return {
    ...position,
    entries: toStreamOrder(entries).map(({ msgId, sendTime, record }) => ({
      msgId,
      sendTime,
      conversation: toConversation(channel, parseMessage(record)).key,
      record: JSON.stringify(record),
    })),
  };
}

/**
 * The order in which the messages of a page get their ranks. WeCom guarantees no order inside a page. A page that
 * ascends by time is used as it is, so that messages of one second keep the stream's order; any other page has no
 * usable order, and is sorted by time and `msgid`.
 */
export function toStreamOrder(page: readonly WireEntry[]): readonly WireEntry[] {
  const isAscending = page.every(({ sendTime }, index) => sendTime >= (page[index - 1]?.sendTime ?? 0));
  if (isAscending) return page;
  return page.toSorted(
    (a, b) => a.sendTime - b.sendTime || (a.msgId < b.msgId ? -1 : a.msgId > b.msgId ? 1 : 0),
  );
}
