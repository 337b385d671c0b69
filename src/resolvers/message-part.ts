import type {
  MediaPartResolvers,
  MessagePartResolvers,
  QuotePartResolvers,
  UnsupportedPartResolvers,
} from '../generated/resolvers.ts';
import type { MessagePart as MessagePartRecord } from '../domain/records.ts';
import { toText } from './message.ts';

export const partTypeNames = {
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
  __resolveType: ({ type }) => partTypeNames[type],
};

export const MediaPart: MediaPartResolvers = {
  url: ({ url }) => toUrl(url),
  thumbnailUrl: ({ thumbnailUrl }) => toUrl(thumbnailUrl),
};

export const QuotePart: QuotePartResolvers = { text: toText };

export const UnsupportedPart: UnsupportedPartResolvers = {
  raw: ({ raw }, _, { gateway }) => gateway.masking.raw(raw),
};

/** Providers send invalid URLs, such as an empty string or a file name: null for these. */
export function toUrl(text: string | null): string | null {
  return text !== null && URL.canParse(text) ? text : null;
}
