import type { MessageKind } from '../../domain/records.ts';

/**
 * What `contentType` means in the history (and in `contentType` of MSG_SYNC_MESSAGE). The number inside a quoted
 * message follows the numbering of the surface that it came by.
 *
 * @see https://doc.socialepoch.com/wa-scrm-open-api-doc/api/message.html
 */
export const historyKinds: ReadonlyMap<number, MessageKind> = new Map<number, MessageKind>([
  [0, 'TEXT'],
  [1, 'IMAGE'],
  [2, 'VIDEO'],
  [3, 'AUDIO'],
  [4, 'FILE'],
  [6, 'CONTACT_CARD'],
  [7, 'STICKER'],
  [9, 'QUOTE'],
]);

/**
 * What `newContentType` (MSG_SYNC_MESSAGE) and `type` (CLIENT_SYNC_MESSAGE) mean. The same small numbers stand for
 * other things than in the history: 1 is text here and an image there.
 *
 * @see https://doc.socialepoch.com/wa-scrm-open-api-doc/api/message.html
 */
export const webhookKinds: ReadonlyMap<number, MessageKind> = new Map<number, MessageKind>([
  [1, 'TEXT'],
  [2, 'IMAGE'],
  [3, 'AUDIO'],
  [4, 'FILE'],
  [5, 'VIDEO'],
  [6, 'CONTACT_CARD'],
  [7, 'STICKER'],
  [8, 'CALL'],
  [9, 'QUOTE'],
  [10, 'LINK'],
  [11, 'LINK'],
  [12, 'AUDIO'],
  [13, 'LOCATION'],
  [14, 'CONTACT_CARD'],
  [15, 'IMAGE'],
  [99, 'UNSUPPORTED'],
]);

/** How one of the provider's surfaces numbers the types of messages, and the types inside of quotes. */
export interface Numbering {
  types: ReadonlyMap<number, MessageKind>;
  quotedTypes: ReadonlyMap<number, MessageKind>;
}

export const historyNumbering: Numbering = { types: historyKinds, quotedTypes: historyKinds };
/** By `newContentType`; the contents themselves are written as in the history. */
export const msgSyncNumbering: Numbering = { types: webhookKinds, quotedTypes: historyKinds };
export const clientSyncNumbering: Numbering = { types: webhookKinds, quotedTypes: webhookKinds };

/**
 * The webhooks' numbers for what the history has a number for, too. Calls, links, voices, locations, several cards in
 * one and animated images are stored there as something else, and it is not published as what.
 */
export const typesAlsoInHistory: ReadonlySet<number> = new Set([1, 2, 3, 4, 5, 6, 7, 9]);

/** @returns what webhooks call a `contentType` of the history; null where that is not known */
export function toWebhookType(historyType: number | null): number | null {
  const kind = historyType === null ? undefined : historyKinds.get(historyType);
  for (const type of typesAlsoInHistory) if (webhookKinds.get(type) === kind) return type;
  return null;
}

/** @returns the one `contentType` of the history that becomes `kind`; null when there is none */
export function toHistoryType(kind: MessageKind): number | null {
  for (const [type, meaning] of historyKinds) if (meaning === kind) return type;
  return null;
}
