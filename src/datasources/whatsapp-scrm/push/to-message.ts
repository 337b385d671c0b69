import { hash } from 'node:crypto';
import { toContent, type Content } from '../content.ts';
import { toPartiesOf, toSides, toSpeaker } from '../conversation.ts';
import { toUnnamed, type MessageTraits } from '../message-key.ts';
import {
  clientSyncNumbering,
  historyKinds,
  msgSyncNumbering,
  toWebhookType,
  typesAlsoInHistory,
  webhookKinds,
} from '../native-types.ts';
import type { PushedMessage } from './pushed-message.ts';
import { toDirection, type WhatsAppDeliveryStatus, type WhatsAppMessageRecord } from '../to-message.ts';

type Words = Pick<Content, 'kind' | 'words'>;

/** The traits that the history has of this message, too; without the group if that is not known. */
export function toTraits(message: PushedMessage): MessageTraits {
  const parties = toPartiesOf(message.chatType, message.account, message.counterpart);
  return {
    ...(message.isCounterpartKnown ? parties : toUnnamed(parties)),
    direction: toDirection(message.actionType),
    sentAt: message.sentAt,
    ...toWordsInHistory(message),
  };
}

/**
 * @param key as from `toTraits` and an ordinal
 * @param deliveryStatus the newest that is known
 */
export function toPushedRecord(
  channel: string,
  message: PushedMessage,
  key: string,
  deliveryStatus: WhatsAppDeliveryStatus | null,
): WhatsAppMessageRecord {
  const parties = toPartiesOf(message.chatType, message.account, message.counterpart);
  const direction = toDirection(message.actionType);
  const names = { agent: message.agentAccount, counterpart: message.counterpartName };
  const { kind, text, parts } = toShownContent(message);
  return {
    provider: 'WHATSAPP_SCRM',
    channel,
    key,
    sequence: toSequence(message),
    sentAt: message.sentAt,
    direction,
    kind,
    availability: 'AVAILABLE',
    nativeId: null,
    ...toSides(channel, parties, direction, names, message.speaker && toSpeaker(channel, message.speaker)),
    text,
    parts,
    whatsAppMessageId: message.messageId,
    agentAccount: message.agentAccount,
    agentUserId: message.agentUserId,
    serviceAccount: message.account,
    counterpart: message.counterpart,
    counterpartName: message.counterpartName,
    recordedAt: null,
    deliveryStatus,
    nativeContentType: message.webhookType ?? toWebhookType(message.historyType),
    unnamedKey: null,
  };
}

/** `newContentType` says more than `contentType`, where it is there and means something. */
function toShownContent(message: PushedMessage): Content {
  const { event, historyType, webhookType, content } = message;
  const isKnown = webhookType !== null && webhookKinds.has(webhookType);
  if (!isKnown && historyType !== null) return toContent(historyType, content);
  return toContent(webhookType, content, event === 'MSG_SYNC' ? msgSyncNumbering : clientSyncNumbering);
}

/**
 * The history's name for the message. For types without a number there, the `contentType` beside them tells; where
 * there is none, it is assumed that a voice is an audio there, an animated image an image, several cards a card, and
 * everything else an unknown number.
 */
function toWordsInHistory(message: PushedMessage): Words {
  const { historyType, webhookType, content } = message;
  const shown = toShownContent(message);
  if (webhookType === null || typesAlsoInHistory.has(webhookType)) return shown;
  if (historyType !== null && historyKinds.has(historyType)) return toContent(historyType, content);
  return [...historyKinds.values()].includes(shown.kind) ? shown : { kind: 'UNSUPPORTED', words: '' };
}

/** Without the history's record id it is not the history's order; after all of its millisecond, and always the same. */
function toSequence({ sentAt, messageId }: PushedMessage): string {
  const digest = hash('sha256', messageId).slice(0, 19);
  return `${String(sentAt).padStart(13, '0')}w${digest}`;
}
