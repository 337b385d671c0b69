import type {
  ConversationKind,
  DeliveryStatus,
  MessageKind,
  Provider,
  SourceState,
} from '../../src/client/index.ts';

/** What the page calls the values of the schema. */
export const PROVIDERS: Readonly<Record<Provider, string>> = {
  TENCENT_CHAT: 'Tencent Chat',
  WECHAT: 'WeChat',
  WECOM: 'WeCom',
  WHATSAPP_SCRM: 'WhatsApp',
};

export const CONVERSATION_KINDS: Readonly<Record<ConversationKind, string>> = {
  DIRECT: 'Direct',
  GROUP: 'Group',
  BROADCAST: 'Broadcast',
};

export const MESSAGE_KINDS: Readonly<Record<MessageKind, string>> = {
  TEXT: 'Text',
  IMAGE: 'Image',
  AUDIO: 'Audio',
  VIDEO: 'Video',
  FILE: 'File',
  STICKER: 'Sticker',
  LOCATION: 'Location',
  CONTACT_CARD: 'Contact card',
  LINK: 'Link',
  QUOTE: 'Reply',
  FORWARD: 'Forwarded messages',
  MIXED: 'Several parts',
  CUSTOM: 'Custom content',
  MARKDOWN: 'Markdown',
  ARTICLE: 'Article',
  MINI_PROGRAM: 'Mini program',
  CHANNELS_POST: 'Post of a WeChat channel',
  CALENDAR_EVENT: 'Calendar event',
  MEETING: 'Meeting',
  TODO: 'To-do',
  POLL: 'Poll',
  DOCUMENT: 'Online document',
  DRIVE_FILE: 'File on a drive',
  CALL: 'Call',
  CALL_RECORDING: 'Recording of a call',
  RED_PACKET: 'Red packet',
  GROUP_SIGNUP: 'Sign-up list',
  ARCHIVE_CONSENT: 'Agreed to archiving',
  ARCHIVE_REFUSAL: 'Refused archiving',
  SESSION_EVENT: 'Session event',
  UNSUPPORTED: 'Unknown content',
};

/** A sign, and what it means in words. */
export const DELIVERY: Readonly<Record<DeliveryStatus, readonly [sign: string, meaning: string]>> = {
  PENDING: ['◷', 'Not sent yet'],
  SENT: ['✓', 'Sent'],
  DELIVERED: ['✓✓', 'Delivered'],
  READ: ['✓✓', 'Read'],
  FAILED: ['!', 'Delivery failed'],
};

export const SOURCE_STATES: Readonly<Record<SourceState, string>> = {
  OK: 'complete',
  PARTIAL: 'in part',
  RATE_LIMITED: 'rate-limited',
  TIMED_OUT: 'timed out',
  UNAVAILABLE: 'unavailable',
  AUTH_FAILED: 'refuses the credentials',
  MISCONFIGURED: 'misconfigured',
};

/** @returns the key that a text is, or an empty text when it is none */
export function toKey<K extends string>(table: Readonly<Record<K, string>>, text: string): K | '' {
  return isKeyOf(table, text) ? text : '';
}

export function entriesOf<K extends string>(table: Readonly<Record<K, string>>): [K, string][] {
  return Object.entries<string>(table).filter((entry): entry is [K, string] => isKeyOf(table, entry[0]));
}

function isKeyOf<K extends string>(table: Readonly<Record<K, string>>, text: string): text is K {
  return Object.hasOwn(table, text);
}
