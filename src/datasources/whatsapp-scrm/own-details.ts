import type { MessageDetails } from './ledger-details.ts';
import type { WhatsAppMessageRecord } from './to-message.ts';

/** What only webhooks tell of a message, in the words of the schema. */
export interface WhatsAppOwnDetails {
  origin: 'PC' | 'APP' | 'WEB' | 'OTHER' | null;
  nativeOriginType: number | null;
  campaignTaskId: string | null;
  campaignTaskDetailId: string | null;
  nativeContentType: number | null;
  variant: 'ROUTING_LINK' | 'VOICE' | 'GIF' | null;
}

/** @see https://doc.socialepoch.com/wa-scrm-open-api-doc/api/message.html */
const origins: ReadonlyMap<number, 'PC' | 'APP' | 'WEB'> = new Map([
  [1, 'PC'],
  [2, 'APP'],
  [3, 'WEB'],
]);
/** What webhooks tell apart and `MessageKind` does not. */
const variants: ReadonlyMap<number, 'ROUTING_LINK' | 'VOICE' | 'GIF'> = new Map([
  [11, 'ROUTING_LINK'],
  [12, 'VOICE'],
  [15, 'GIF'],
]);

/** @param told what webhooks have told of the message; null: nothing */
export function toOwnDetails(
  told: MessageDetails | null,
  message: WhatsAppMessageRecord,
): WhatsAppOwnDetails {
  const originType = told?.originType ?? null;
  const nativeContentType = told?.webhookType ?? message.nativeContentType;
  return {
    origin: originType === null ? null : (origins.get(originType) ?? 'OTHER'),
    nativeOriginType: originType,
    campaignTaskId: told?.campaignTaskId ?? null,
    campaignTaskDetailId: told?.campaignTaskDetailId ?? null,
    nativeContentType,
    variant: (nativeContentType === null ? null : variants.get(nativeContentType)) ?? null,
  };
}
