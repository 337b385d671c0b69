/** What the providers' payloads become: plain, JSON-serialisable values, so that pages of them can be cached. */

/** A value of the schema's enum `Provider`. Each provider's own files name it, and no others do. */
export type Provider = string;

export type MessageDirection = 'INBOUND' | 'OUTBOUND' | 'INTERNAL' | 'SYSTEM';
export type MessageAvailability = 'AVAILABLE' | 'RECALLED' | 'UNAVAILABLE';
export type ConversationKind = 'DIRECT' | 'GROUP' | 'BROADCAST';
export type ParticipantRole = 'CUSTOMER' | 'AGENT' | 'BOT' | 'OFFICIAL_ACCOUNT' | 'UNKNOWN';
export type MessageKind =
  | 'TEXT'
  | 'IMAGE'
  | 'AUDIO'
  | 'VIDEO'
  | 'FILE'
  | 'STICKER'
  | 'LOCATION'
  | 'CONTACT_CARD'
  | 'LINK'
  | 'QUOTE'
  | 'FORWARD'
  | 'MIXED'
  | 'CUSTOM'
  | 'MARKDOWN'
  | 'ARTICLE'
  | 'MINI_PROGRAM'
  | 'CHANNELS_POST'
  | 'CALENDAR_EVENT'
  | 'MEETING'
  | 'TODO'
  | 'POLL'
  | 'DOCUMENT'
  | 'DRIVE_FILE'
  | 'CALL'
  | 'CALL_RECORDING'
  | 'RED_PACKET'
  | 'GROUP_SIGNUP'
  | 'ARCHIVE_CONSENT'
  | 'ARCHIVE_REFUSAL'
  | 'SESSION_EVENT'
  | 'UNSUPPORTED';

export type JsonValue = string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue };

export interface ParticipantRecord {
  channel: string;
  role: ParticipantRole;
  /** The provider's own id of the person or account, normalised so that one person has one spelling. */
  nativeId: string;
  displayName: string | null;
}

export interface ConversationRecord {
  channel: string;
  kind: ConversationKind;
  /** Identifies the conversation within its channel; its global id is sealed from it. */
  key: string;
  /** The provider's own id; null if it has none. */
  nativeId: string | null;
  title: string | null;
  /** Null if the provider does not list them (the members of a group). */
  participants: ParticipantRecord[] | null;
}

export interface TextPart {
  type: 'TEXT';
  text: string;
}
export interface MediaPart {
  type: 'MEDIA';
  kind: MessageKind;
  url: string | null;
  /** Unix milliseconds when the provider's pre-signed URL expires; null when the URL does not say. */
  urlExpiresAt: number | null;
  mimeType: string | null;
  fileName: string | null;
  caption: string | null;
  byteSize: number | null;
  width: number | null;
  height: number | null;
  durationSeconds: number | null;
  thumbnailUrl: string | null;
}
export interface LocationPart {
  type: 'LOCATION';
  latitude: number;
  longitude: number;
  description: string | null;
}
export interface ContactCardPart {
  type: 'CONTACT_CARD';
  displayName: string | null;
  phones: string[] | null;
  whatsAppIds: string[] | null;
  organization: string | null;
  vcard: string;
}
export interface LinkPart {
  type: 'LINK';
  url: string;
  title: string | null;
  description: string | null;
}
export interface QuotePart {
  type: 'QUOTE';
  nativeId: string | null;
  author: string | null;
  kind: MessageKind;
  text: string | null;
  media: MediaPart | null;
}
export interface CustomPart {
  type: 'CUSTOM';
  data: string | null;
  description: string | null;
  extension: string | null;
  /** Index of a face in the application's own set. Left out for other content. */
  faceIndex?: number;
}
export interface EncryptedPart {
  type: 'ENCRYPTED';
  /** Names the channel whose private keys unwrap it. */
  channel: string;
  encryptedSecretKey: string;
  publicKeyVersion: number;
}
export interface UnsupportedPart {
  type: 'UNSUPPORTED';
  nativeType: string;
  raw: JsonValue;
}
export type MessagePart =
  | TextPart
  | MediaPart
  | LocationPart
  | ContactCardPart
  | LinkPart
  | QuotePart
  | CustomPart
  | EncryptedPart
  | UnsupportedPart;

/** The fields that every provider's message has; each provider's folder extends it with its own. */
export interface MessageRecord {
  provider: Provider;
  channel: string;
  /**
   * Identifies the message within its channel, the same for every page, order, filter and API. Its global id is
   * sealed from it, and `ChatChannel.findMessage` finds the message by it.
   */
  key: string;
  /**
   * Orders the messages of one source: compared as plain strings (code units), oldest first, unique in the source.
   * Among messages with one `sentAt` it is the tie-break of the whole timeline.
   */
  sequence: string;
  /** Unix milliseconds. */
  sentAt: number;
  direction: MessageDirection;
  kind: MessageKind;
  availability: MessageAvailability;
  nativeId: string | null;
  conversation: ConversationRecord;
  sender: ParticipantRecord;
  recipients: ParticipantRecord[] | null;
  /**
   * The account of the agent, if the provider gives it apart from the participants. Left out: agents are
   * participants.
   */
  agentAccount?: string | null;
  text: string | null;
  parts: MessagePart[] | null;
}
