import type {
  MediaPartResolvers,
  MessagePartResolvers,
  QuotePartResolvers,
  UnsupportedPartResolvers,
} from '../generated/resolvers.ts';
import type {
  MediaPart as MediaPartRecord,
  MessagePart as MessagePartRecord,
  UnsupportedPart as UnsupportedPartRecord,
} from '../domain/records.ts';
import { asCacheable } from '../gateway/cacheable.ts';
import type { GatewayContext } from '../gateway/context.ts';
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
  url: asCacheable(({ url }: MediaPartRecord) => toUrl(url)),
  thumbnailUrl: asCacheable(({ thumbnailUrl }: MediaPartRecord) => toUrl(thumbnailUrl)),
};

export const QuotePart: QuotePartResolvers = { text: asCacheable(toText) };

export const UnsupportedPart: UnsupportedPartResolvers = {
  raw: asCacheable(({ raw }: UnsupportedPartRecord, _: unknown, { gateway }: GatewayContext) =>
    gateway.masking.raw(raw),
  ),
};

/** Providers send invalid URLs, such as an empty string or a file name: null for these. */
export function toUrl(text: string | null): string | null {
  return text !== null && URL.canParse(text) ? text : null;
}
