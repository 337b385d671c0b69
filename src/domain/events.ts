import type { DeliveryUpdate } from './delivery.ts';
import type { MessageRecord } from './records.ts';

/** An event for subscribers. */
export type NewEvent =
  | { type: 'message'; channel: string; message: MessageRecord }
  | { type: 'status'; channel: string; status: DeliveryUpdate };
/** `id` grows in the order of publication; there are gaps. */
export type LiveEvent = NewEvent & { id: number };
