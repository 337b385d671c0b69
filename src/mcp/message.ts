import { z } from 'zod';
import type { McpMessageFragment } from '../generated/mcp.ts';
import { cutText, toName } from './cut.ts';
import type { People } from './people.ts';

/** Most links are shorter. */
const MAX_LINK = 1_000;
/** Of what a message may have several of. */
const MAX_EACH = 5;

export const message = z.object({
  sentAt: z.string(),
  from: z.string().describe('A key in people.'),
  direction: z.string().describe('INBOUND: from a customer; OUTBOUND: from the company.'),
  kind: z.string(),
  availability: z.string().optional().describe('RECALLED or UNAVAILABLE; left out when it is there.'),
  text: z.string().optional().describe('What was written; left out when there is none.'),
  textLength: z.number().optional().describe('Of the whole text, when "text" is only its beginning.'),
  messageId: z.string().optional().describe('For read_message, when "text" is only the beginning.'),
  attachments: z
    .array(z.object({ kind: z.string(), fileName: z.string().optional(), mimeType: z.string().optional() }))
    .optional(),
  links: z.array(z.object({ url: z.string(), title: z.string().optional() })).optional(),
  quoted: z.string().optional().describe('The beginning of the message that this one replies to.'),
});
type Message = z.input<typeof message>;

/** @param max how much of the text is shown, as JSON */
export function toMessage(found: McpMessageFragment, people: People, max: number): Message {
  const { id, text } = found;
  const shown = text === null ? undefined : cutText(text, max);
  const isCut = text !== null && shown !== text;
  return {
    ...toHead(found, people),
    text: shown,
    ...(isCut && { textLength: text.length, messageId: id }),
  };
}

/** A message without its text. */
export function toHead(
  { sentAt, direction, kind, availability, sender, parts }: McpMessageFragment,
  people: People,
): Message {
  return {
    sentAt,
    from: people.keyOfPerson(sender),
    direction,
    kind,
    availability: availability === 'AVAILABLE' ? undefined : availability,
    ...toExtras(parts ?? []),
  };
}

function toExtras(parts: NonNullable<McpMessageFragment['parts']>): Partial<Message> {
  const attachments = parts.flatMap((part) =>
    part.__typename === 'MediaPart'
      ? [{ kind: part.kind, fileName: toName(part.fileName), mimeType: toName(part.mimeType) }]
      : [],
  );
  const links = parts.flatMap((part) =>
    part.__typename === 'LinkPart'
      ? [{ url: cutText(part.linkUrl, MAX_LINK), title: toName(part.title) }]
      : [],
  );
  const [quoted = null] = parts.flatMap((part) => (part.__typename === 'QuotePart' ? [part.quotedText] : []));
  return {
    ...(attachments.length > 0 && { attachments: attachments.slice(0, MAX_EACH) }),
    ...(links.length > 0 && { links: links.slice(0, MAX_EACH) }),
    quoted: toName(quoted),
  };
}
