import type {
  ConversationKind,
  MessageDirection,
  MessageKind,
  ParticipantRole,
} from '../../../domain/records.ts';

/** Small numbers that stand for the names of a list. They are stored, so a name keeps its number, and a new one gets a new one. */
export interface Codes<Name extends string> {
  encode(name: Name): number;
  /** @throws Error for a number that this program does not know */
  decode(code: unknown): Name;
  /** By number. */
  readonly names: ReadonlyMap<number, Name>;
}

/** Of participants: an id that none has. */
export const NO_PARTICIPANT = 0;

export const directions = createCodes<MessageDirection>({ INBOUND: 0, OUTBOUND: 1, INTERNAL: 2, SYSTEM: 3 });

export const conversationKinds = createCodes<ConversationKind>({ DIRECT: 0, GROUP: 1, BROADCAST: 2 });

export const roles = createCodes<ParticipantRole>({
  CUSTOMER: 0,
  AGENT: 1,
  BOT: 2,
  OFFICIAL_ACCOUNT: 3,
  UNKNOWN: 4,
});

export const ALL_ROLES: readonly ParticipantRole[] = [
  'CUSTOMER',
  'AGENT',
  'BOT',
  'OFFICIAL_ACCOUNT',
  'UNKNOWN',
];

export const kinds = createCodes<MessageKind>({
  TEXT: 0,
  IMAGE: 1,
  AUDIO: 2,
  VIDEO: 3,
  FILE: 4,
  STICKER: 5,
  LOCATION: 6,
  CONTACT_CARD: 7,
  LINK: 8,
  QUOTE: 9,
  FORWARD: 10,
  MIXED: 11,
  CUSTOM: 12,
  MARKDOWN: 13,
  ARTICLE: 14,
  MINI_PROGRAM: 15,
  CHANNELS_POST: 16,
  CALENDAR_EVENT: 17,
  MEETING: 18,
  TODO: 19,
  POLL: 20,
  DOCUMENT: 21,
  DRIVE_FILE: 22,
  CALL: 23,
  CALL_RECORDING: 24,
  RED_PACKET: 25,
  GROUP_SIGNUP: 26,
  ARCHIVE_CONSENT: 27,
  ARCHIVE_REFUSAL: 28,
  SESSION_EVENT: 29,
  UNSUPPORTED: 30,
});

function createCodes<Name extends string>(codes: Readonly<Record<Name, number>>): Codes<Name> {
  const names = new Map<number, Name>();
  for (const name in codes) names.set(codes[name], name);
  return {
    names,
    encode: (name) => codes[name],
    decode: (code) => {
      const name = names.get(Number(code));
      if (name === undefined) throw new Error(`The archive holds a code that is unknown: ${String(code)}`);
      return name;
    },
  };
}
