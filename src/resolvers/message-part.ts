import { withoutCredentials } from '../access/masking.ts';
import type {
  MediaPartResolvers,
  MessagePartResolvers,
  QuotePartResolvers,
  UnsupportedPartResolvers,
} from '../generated/resolvers.ts';
import type { MessagePart as MessagePartRecord } from '../datasources/records.ts';
import { toText } from './message.ts';

const typeNames = {
  TEXT: 'TextPart',
  MEDIA: 'MediaPart',
  LOCATION: 'LocationPart',
  CONTACT_CARD: 'ContactCardPart',
  LINK: 'LinkPart',
  QUOTE: 'QuotePart',
  CUSTOM: 'CustomPart',
  ENCRYPTED: 'EncryptedPart',
  UNSUPPORTED: 'UnsupportedPart',
} as const satisfies Record<MessagePartRecord['type'], string>;

export const MessagePart: MessagePartResolvers = {
  __resolveType: ({ type }) => typeNames[type],
};

export const MediaPart: MediaPartResolvers = {
  url: ({ url }) => toUrl(url),
  thumbnailUrl: ({ thumbnailUrl }) => toUrl(thumbnailUrl),
};

export const QuotePart: QuotePartResolvers = { text: toText };

export const UnsupportedPart: UnsupportedPartResolvers = {
  raw: ({ raw }, _, { caller }) => (caller.scopes.has('messages:secrets') ? raw : withoutCredentials(raw)),
};

/** Providers send addresses that are none, such as an empty text or a file name: null for these. */
export function toUrl(text: string | null): string | null {
  return text !== null && URL.canParse(text) ? text : null;
}
