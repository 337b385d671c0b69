import type { DeliveryStatus, DeliveryUpdate } from '../domain/delivery.ts';
import type { JsonValue } from '../domain/records.ts';

/** As the first versions wrote it, when one provider alone had delivery statuses. */
interface FirstDeliveryUpdate {
  whatsAppMessageId: string;
  status: DeliveryStatus;
  changedAt: number;
  messageKey: string | null;
  [ownField: string]: JsonValue;
}

/** A stored change of status, whichever version wrote it. What is stored was checked before. */
export function toDeliveryUpdate(stored: DeliveryUpdate | FirstDeliveryUpdate): DeliveryUpdate {
  if (!isFirst(stored)) return stored;
  const { whatsAppMessageId: messageId, status, changedAt, messageKey, ...ownFields } = stored;
  return { messageId, status, changedAt, messageKey, ownFields };
}

function isFirst(stored: DeliveryUpdate | FirstDeliveryUpdate): stored is FirstDeliveryUpdate {
  return !('ownFields' in stored);
}
