import { z } from 'zod';
import type { LedgerEntry } from '../../store/store.ts';
import { toWhatsAppId } from './whatsapp-id.ts';

const optionalText = z.string().nullable();

/** What only webhooks tell about a message. */
const messageDetails = z.object({
  /** 1 PC, 2 app, 3 web. */
  originType: z.int().nullable(),
  campaignTaskId: optionalText,
  campaignTaskDetailId: optionalText,
  /** `newContentType`, or `type`. */
  webhookType: z.int().nullable(),
  /** The member of a group who wrote. */
  speaker: z.object({ address: z.string(), name: optionalText }).nullable(),
});
export type MessageDetails = z.output<typeof messageDetails>;

/** @param texts what the events reported of one message. @returns null when there is none */
export function toDetails(texts: readonly string[]): MessageDetails | null {
  const [first, ...more] = texts.map(parse);
  return first ? more.reduce(merge, first) : null;
}

/** Both events may report one message: one fills in what the other leaves open. */
export function toDetailsEntry(told: MessageDetails): NonNullable<LedgerEntry['toDetails']> {
  return (known) => {
    const details = known === null ? told : merge(parse(known), told);
    const speaker = details.speaker && toWhatsAppId(details.speaker.address).value;
    return { details: JSON.stringify(details), speaker };
  };
}

function parse(text: string): MessageDetails {
  return messageDetails.parse(JSON.parse(text));
}

function merge(known: MessageDetails, more: MessageDetails): MessageDetails {
  return {
    originType: known.originType ?? more.originType,
    campaignTaskId: known.campaignTaskId ?? more.campaignTaskId,
    campaignTaskDetailId: known.campaignTaskDetailId ?? more.campaignTaskDetailId,
    webhookType: known.webhookType ?? more.webhookType,
    speaker: known.speaker ?? more.speaker,
  };
}
