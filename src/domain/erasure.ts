import type { DeliveryUpdate } from './delivery.ts';
import { toIsErasedId, withoutIds, type IsErasedId } from './erased-ids.ts';
import { peopleOf } from './message-people.ts';
import type { ContactCardPart, MessagePart, MessageRecord, ParticipantRecord } from './records.ts';

/** What of an account's messages is neither shown nor kept. */
export interface ErasedPeople {
  /** Whether all that this person sent at a moment (Unix ms), and received, was erased. */
  has(person: Pick<ParticipantRecord, 'role' | 'nativeId'>, sentAt: number): boolean;
  /** Whether the message was erased by itself, since its record does not tell for sure who sent it. */
  hasMessage(key: string, sentAt: number): boolean;
  /** Whether the message is kept nevertheless. */
  isHeld(message: MessageRecord): boolean;
}

/** Unix ms. */
const EARLIEST = 0;

/**
 * What is left of a message. In a direct conversation nothing is, of the messages to and from an erased person; in another one
 * nothing is of what the person sent, and the messages of others lose the person's name, contact card and ids. What is quoted of the
 * person goes whenever and wherever it is quoted.
 *
 * @returns the same message when it names none of them, or is held; null: nothing is left
 */
export function withoutErased<M extends MessageRecord>(message: M, erased: ErasedPeople): M | null {
  const left = withoutErasedUnlessHeld(message, erased);
  return left === message || erased.isHeld(message) ? message : left;
}

function withoutErasedUnlessHeld<M extends MessageRecord>(message: M, erased: ErasedPeople): M | null {
  const { sentAt, conversation, recipients, parts } = message;
  const isErased = (person: ParticipantRecord): boolean => erased.has(person, sentAt);
  const people = conversation.kind === 'DIRECT' ? peopleOf(message) : [message.sender];
  if (people.some(isErased) || erased.hasMessage(message.key, sentAt)) return null;
  const isErasedId = toIsErasedId(erased, sentAt);
  // Nothing tells when a quoted message was sent: it may be any of those that were erased.
  const isQuotedId = toIsErasedId(erased, EARLIEST);
  const left = (parts ?? []).map((part) => withoutPerson(part, isErasedId, isQuotedId));
  const isCarded = left.some((part, index) => part.type === 'CONTACT_CARD' && part !== parts?.[index]);
  const isTitled = conversation.title !== null && isErasedId(conversation.title);
  const isNamed = [...(recipients ?? []), ...(conversation.participants ?? [])].some(isErased);
  const isSame = !isNamed && !isTitled && left.every((part, index) => part === parts?.[index]);
  if (isSame) return message;
  const rest = (listed: ParticipantRecord[] | null): ParticipantRecord[] | null =>
    listed && listed.filter((person) => !isErased(person));
  return {
    ...message,
    recipients: rest(recipients),
    conversation: {
      ...conversation,
      title: isTitled ? null : conversation.title,
      participants: rest(conversation.participants),
    },
    // Of a card it is the name.
    text: isCarded ? null : message.text,
    parts: parts && left,
  };
}

/** Whenever it comes, it is of a message that was sent before. */
export function isOfErasedMessage(
  { messageKey, messageId }: Pick<DeliveryUpdate, 'messageKey' | 'messageId'>,
  erased: ErasedPeople,
): boolean {
  return [messageKey, messageId].some((key) => key !== null && erased.hasMessage(key, EARLIEST));
}

/** The same part when it has none of the ids. */
function withoutPerson(part: MessagePart, isErasedId: IsErasedId, isQuotedId: IsErasedId): MessagePart {
  switch (part.type) {
    case 'QUOTE':
      return part.author !== null && isQuotedId(part.author)
        ? { ...part, nativeId: null, author: null, text: null, media: null }
        : part;
    case 'CONTACT_CARD':
      return withoutCard(part, isErasedId);
    case 'UNSUPPORTED': {
      const raw = withoutIds(part.raw, isErasedId);
      return raw === part.raw ? part : { ...part, raw };
    }
    default:
      return part;
  }
}

function withoutCard(card: ContactCardPart, isErasedId: IsErasedId): ContactCardPart {
  const { phones, whatsAppIds } = card;
  if (![...(phones ?? []), ...(whatsAppIds ?? [])].some(isErasedId)) return card;
  return { ...card, displayName: null, phones: null, whatsAppIds: null, organization: null, vcard: '' };
}

/** The same as if nothing were held. */
export function withoutHolds(erased: ErasedPeople): ErasedPeople {
  return { ...erased, isHeld: () => false };
}
