import { jsonValue } from '../kit/json-value.ts';
import type {
  JsonValue,
  MessageDirection,
  MessageKind,
  MessagePart,
  MessageRecord,
} from '../../domain/records.ts';
import { CUSTOMER, toConversation, toParticipant } from './conversation.ts';
import { toSequence, type Place } from './paging.ts';
import { parseMessage, readMsgId, toMsgId, type WireMessage } from './wire.ts';

export interface WeComMessageRecord extends MessageRecord {
  provider: 'WECOM';
  /** WeCom's `msgtype`. */
  messageType: number;
  /** Null outside of groups. */
  chatId: string | null;
  /** Base64; null for messages that carry no key. */
  encryptedSecretKey: string | null;
  /** Says which private key unwraps `encryptedSecretKey`. */
  publicKeyVersion: number | null;
}

/** By `msgtype`, from 0. 28 is not in the documentation: live accounts send it for notes. */
export const KINDS: readonly MessageKind[] = [
  'UNSUPPORTED',
  'TEXT',
  'IMAGE',
  'STICKER',
  'LINK',
  'MINI_PROGRAM',
  'AUDIO',
  'VIDEO',
  'FILE',
  'CONTACT_CARD',
  'FORWARD',
  'CHANNELS_POST',
  'CALENDAR_EVENT',
  'RED_PACKET',
  'LOCATION',
  'MEETING',
  'TODO',
  'POLL',
  'DOCUMENT',
  'ARTICLE',
  'MIXED',
  'CALL_RECORDING',
  'CALL',
  'DRIVE_FILE',
  'ARCHIVE_CONSENT',
  'ARCHIVE_REFUSAL',
  'GROUP_SIGNUP',
  'MARKDOWN',
  'DOCUMENT',
];

/** Who takes part in a message that cannot be read. */
const UNKNOWN_SENDER = { type: 0, id: 'unknown' };

/**
 * Maps an archived message. WeCom keeps the text from servers by design: the record has who, when, where and what
 * kind, and a wrapped key with which WeCom's component shows the content in a browser.
 *
 * @param archived its place, and the record as received
 */
export function toMessage(channel: string, archived: Place & { record: unknown }): WeComMessageRecord {
  const wire = parseMessage(archived.record);
  const common = {
    provider: 'WECOM',
    channel,
    key: toMsgId(archived.record),
    sequence: toSequence(archived),
    sentAt: archived.sendTime * 1000,
    availability: 'AVAILABLE',
    nativeId: readMsgId(archived.record),
    conversation: toConversation(channel, wire),
    text: null,
  } as const;
  if (!wire) {
    return {
      ...common,
      direction: 'INTERNAL',
      kind: 'UNSUPPORTED',
      sender: toParticipant(channel, UNKNOWN_SENDER),
      recipients: null,
      parts: [toUnsupportedPart('malformed', archived.record)],
      messageType: 0,
      chatId: null,
      encryptedSecretKey: null,
      publicKeyVersion: null,
    };
  }
  const kind = KINDS[wire.msgtype] ?? 'UNSUPPORTED';
  return {
    ...common,
    direction: toDirection(wire),
    kind,
    sender: toParticipant(channel, wire.sender),
    recipients: wire.receiver_list.map((receiver) => toParticipant(channel, receiver)),
    parts: toParts(channel, wire, kind, archived.record),
    messageType: wire.msgtype,
    chatId: wire.chatid,
    encryptedSecretKey: wire.service_encrypt_info?.encrypted_secret_key ?? null,
    publicKeyVersion: wire.service_encrypt_info?.public_key_ver ?? null,
  };
}

/** Seen from the company: its employees and robots are one side, customers the other. */
function toDirection({ sender, receiver_list }: WireMessage): MessageDirection {
  if (sender.type === CUSTOMER) return 'INBOUND';
  return receiver_list.some((receiver) => receiver.type === CUSTOMER) ? 'OUTBOUND' : 'INTERNAL';
}

function toParts(channel: string, wire: WireMessage, kind: MessageKind, record: unknown): MessagePart[] {
  const parts: MessagePart[] = [];
  if (kind === 'UNSUPPORTED') parts.push(toUnsupportedPart(String(wire.msgtype), record));
  if (wire.service_encrypt_info) {
    parts.push({
      type: 'ENCRYPTED',
      channel,
      encryptedSecretKey: wire.service_encrypt_info.encrypted_secret_key,
      publicKeyVersion: wire.service_encrypt_info.public_key_ver,
    });
  }
  return parts;
}

function toUnsupportedPart(nativeType: string, record: unknown): MessagePart {
  const raw: JsonValue = jsonValue.catch(null).parse(record);
  return { type: 'UNSUPPORTED', nativeType, raw };
}
