import { z } from 'zod';
import type { DeliveryStatus, DeliveryUpdate } from '../../domain/delivery.ts';

const ownFields = z.object({
  agentUserId: z.string().nullable().default(null),
  campaignTaskId: z.string().nullable().default(null),
  campaignTaskDetailId: z.string().nullable().default(null),
});

/** A change of status with the channel that it is of, and its place among the events. */
export interface DeliveryStatusChangeRecord extends z.output<typeof ownFields> {
  cursor: string;
  channel: string;
  whatsAppMessageId: string;
  status: DeliveryStatus;
  changedAt: number;
  messageKey: string | null;
}

/** As the schema shows it. Older versions kept fewer own fields. */
export function toDeliveryStatusChange(
  cursor: string,
  channel: string,
  { messageId: whatsAppMessageId, status, changedAt, messageKey, ownFields: own }: DeliveryUpdate,
): DeliveryStatusChangeRecord {
  return { cursor, channel, whatsAppMessageId, status, changedAt, messageKey, ...ownFields.parse(own) };
}

/** The statuses that webhooks tell of, from first to last. That a message failed, none of them tells. */
const STATUSES = ['PENDING', 'SENT', 'DELIVERED', 'READ'] as const satisfies DeliveryStatus[];

export type PushedStatus = (typeof STATUSES)[number];

/**
 * What `messageStatus` means, by the event that carries it: 1 is "sent by the client" in one and "not yet with WhatsApp"
 * in the other, which is the same; 2 is only in the second.
 *
 * @see https://doc.socialepoch.com/wa-scrm-open-api-doc/api/message.html
 */
export const msgSyncStatuses: ReadonlyMap<number, PushedStatus> = new Map<number, PushedStatus>([
  [1, 'PENDING'],
  [3, 'DELIVERED'],
  [4, 'READ'],
]);
export const clientStatuses: ReadonlyMap<number, PushedStatus> = new Map<number, PushedStatus>([
  [1, 'PENDING'],
  [2, 'SENT'],
  [3, 'DELIVERED'],
  [4, 'READ'],
]);

/** From 0; a status only gives way to one of a higher rank. */
export function toRank(status: PushedStatus): number {
  return STATUSES.indexOf(status);
}

/** @returns null when no status has this rank */
export function toStatus(rank: number | null): PushedStatus | null {
  return rank === null ? null : (STATUSES[rank] ?? null);
}
