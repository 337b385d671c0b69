import { createHash } from 'node:crypto';
import { compareSequences } from '../kit/position.ts';
import type { DeliveryStatus } from '../../domain/delivery.ts';
import type { MessageDirection, MessageRecord } from '../../domain/records.ts';
import { toContent, type Content } from './content.ts';
import { toPartiesOf, toSides } from './conversation.ts';
import { toKeyOfPrefix, toKeyPrefix, toUnnamed } from './message-key.ts';
import { toWebhookType } from './native-types.ts';
import type { WireRecord } from './wire.ts';

export type WhatsAppDeliveryStatus = DeliveryStatus;

export interface WhatsAppMessageRecord extends MessageRecord {
  provider: 'WHATSAPP_SCRM';
  /** Where the history gives it; webhooks always do. */
  whatsAppMessageId: string | null;
  agentAccount: string | null;
  agentUserId: string | null;
  /** `whatsId` as it came. */
  serviceAccount: string;
  /** `friendWhatsId` as it came. */
  counterpart: string;
  counterpartName: string | null;
  /** Unix ms: when the provider stored it, seconds to hours after it was sent. */
  recordedAt: number | null;
  /** Not in the history; webhooks tell. */
  deliveryStatus: WhatsAppDeliveryStatus | null;
  /** As webhooks number types, whichever surface told it. */
  nativeContentType: number | null;
  /**
   * The key by which a webhook that does not identify the group reported it; null where that could be another
   * message, too.
   */
  unnamedKey: string | null;
}

/** A record and its place among those of its millisecond. */
export interface PlacedRecord {
  record: WireRecord;
  sequence: string;
}

/**
 * Gives each record of one native page its place, which is also its identity: the same record, met again on another
 * page, gets the same one.
 */
export function toPlacedRecords(page: readonly WireRecord[]): PlacedRecord[] {
  const seen = new Map<string, number>();
  return page.map((record) => {
    const place = `${String(record.chatTime).padStart(13, '0')}${toTieBreak(record)}`;
    if (record.id !== null) return { record, sequence: place };
    // Without ids, two records alike on one page are two messages all the same.
    const repetition = seen.get(place) ?? 0;
    seen.set(place, repetition + 1);
    return { record, sequence: `${place}-${repetition}` };
  });
}

/** @returns Unix ms */
export function toTimeOfSequence(sequence: string): number {
  return Number(sequence.slice(0, 13));
}

/**
 * @param records all those of the seconds they are in, without repetitions, in any order
 * @returns oldest first
 */
export function toMessages(channel: string, records: readonly PlacedRecord[]): WhatsAppMessageRecord[] {
  const ordinals = new Map<string, number>();
  const drafts = records.toSorted(compareSequences).map((placed) => toDraft(channel, placed));
  const unnamed = Map.groupBy(drafts, ({ unnamedPrefix }) => unnamedPrefix);
  return drafts.map((draft) => {
    const ordinal = ordinals.get(draft.prefix) ?? 0;
    ordinals.set(draft.prefix, ordinal + 1);
    const { unnamedPrefix } = draft;
    const isAlone = unnamedPrefix !== null && unnamed.get(unnamedPrefix)?.length === 1;
    return draft.toMessage(ordinal, isAlone ? toKeyOfPrefix(unnamedPrefix, 0) : null);
  });
}

const contents = new WeakMap<WireRecord, Content>();

/** Read once, as long as the record is in memory. */
export function toContentOf(record: WireRecord): Content {
  const known = contents.get(record);
  if (known) return known;
  const content = toContent(record.contentType, record.content);
  contents.set(record, content);
  return content;
}

interface Draft {
  /** Of the key. */
  prefix: string;
  /** Null but for groups. */
  unnamedPrefix: string | null;
  toMessage(ordinal: number, unnamedKey: string | null): WhatsAppMessageRecord;
}

function toDraft(channel: string, { record, sequence }: PlacedRecord): Draft {
  const parties = toPartiesOf(record.chatType, record.whatsId ?? '', record.friendWhatsId ?? '');
  const direction = toDirection(record.actionType);
  const { kind, text, parts, words } = toContentOf(record);
  const traits = { ...parties, direction, sentAt: record.chatTime, kind, words };
  const names = { agent: record.username, counterpart: record.friendName };
  const prefix = toKeyPrefix(traits);
  return {
    prefix,
    unnamedPrefix: parties.isGroup ? toKeyPrefix(toUnnamed(traits)) : null,
    toMessage: (ordinal, unnamedKey) => ({
      provider: 'WHATSAPP_SCRM',
      channel,
      key: toKeyOfPrefix(prefix, ordinal),
      sequence,
      sentAt: record.chatTime,
      direction,
      kind,
      availability: 'AVAILABLE',
      nativeId: record.id,
      ...toSides(channel, parties, direction, names),
      text,
      parts,
      whatsAppMessageId: record.msgId,
      agentAccount: record.username,
      agentUserId: record.userId,
      serviceAccount: record.whatsId ?? '',
      counterpart: record.friendWhatsId ?? '',
      counterpartName: record.friendName,
      recordedAt: record.createTime,
      deliveryStatus: null,
      nativeContentType: toWebhookType(record.contentType),
      unnamedKey,
    }),
  };
}

/** A message is sent or received; a third value would have no sender. */
export function toDirection(actionType: number | null): MessageDirection {
  return actionType === 1 ? 'OUTBOUND' : actionType === 2 ? 'INBOUND' : 'SYSTEM';
}

/** Row ids grow, so they order the messages of one millisecond. Anything else orders them somehow, but always alike. */
function toTieBreak(record: WireRecord): string {
  const { id } = record;
  if (id !== null && /^\d{1,20}$/.test(id)) return id.padStart(20, '0');
  const { whatsId, friendWhatsId, actionType, contentType, createTime, content } = record;
  const identity =
    id ?? JSON.stringify([whatsId, friendWhatsId, actionType, contentType, createTime, unsigned(content)]);
  return `h${createHash('sha256').update(identity).digest('hex').slice(0, 19)}`;
}

/** Signatures of URLs differ from answer to answer. */
function unsigned(content: WireRecord['content']): string {
  return JSON.stringify(content).replace(/\?[^"\\\s]*/g, '');
}
