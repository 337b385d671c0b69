import type { ChatChannel } from '../datasources/message-source.ts';
import type { MessageKind, MessageRecord } from '../domain/records.ts';
import type { GatewayContext } from '../gateway/context.ts';
import { asCacheable } from '../gateway/cacheable.ts';
import { channelOf, typeNamesOf } from '../gateway/gateway.ts';

export const Message = {
  __resolveType: ({ provider }: MessageRecord, { gateway }: GatewayContext): string =>
    typeNamesOf(gateway, provider).message,
};

/** The fields that differ from the record; every provider's message type spreads them. */
export const messageFields = {
  id: asCacheable((message: MessageRecord, _: unknown, { gateway }: GatewayContext): string =>
    gateway.ids.ofMessage(message),
  ),
  channel: asCacheable((message: MessageRecord, _: unknown, { gateway }: GatewayContext): ChatChannel =>
    channelOf(gateway, message),
  ),
  text: asCacheable(toText),
};

export function toText(
  of: { kind: MessageKind; text: string | null },
  _: unknown,
  { gateway }: GatewayContext,
): string | null {
  return gateway.masking.text(of);
}
