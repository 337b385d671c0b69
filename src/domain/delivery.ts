import type { JsonValue } from './records.ts';

export type DeliveryStatus = 'PENDING' | 'SENT' | 'DELIVERED' | 'READ' | 'FAILED';

/** The delivery status of a message. Only ever forward: PENDING, SENT, DELIVERED, READ. */
export interface DeliveryUpdate {
  /** The id by which the provider's deliveries name the message. */
  messageId: string;
  status: DeliveryStatus;
  /** Unix ms; if the provider does not say, when the gateway recorded it. */
  changedAt: number;
  /** `MessageRecord.key` of the message, null as long as it is not known. */
  messageKey: string | null;
  /** What only this provider tells of it, kept as it is; its own part of the schema shows it. */
  ownFields: Record<string, JsonValue>;
}
