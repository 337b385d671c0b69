import { peopleOf } from './message-people.ts';
import type { MessagePart, MessageRecord, ParticipantRecord, QuotePart } from './records.ts';

/** What of an account's messages is neither shown nor kept. */
export interface ErasedPeople {
  /** Whether all that this person sent at a moment (Unix ms), and received, was erased. */
  has(person: Pick<ParticipantRecord, 'role' | 'nativeId'>, sentAt: number): boolean;
  /** Whether the message was erased by itself, since its record does not tell for sure who sent it. */
  hasMessage(key: string, sentAt: number): boolean;
  /** Whether the message is kept nevertheless. */
  isHeld(message: MessageRecord): boolean;
}

const QUOTED_ROLES = ['CUSTOMER', 'AGENT'] as const;
/** Unix ms. */
const EARLIEST = 0;

/**
 * What is left of a message. In a direct conversation nothing is, of the messages to and from an erased person; in another one
 * nothing is of what the person sent, and the messages of others lose the person's name. What is quoted of the person goes whenever and
 * wherever it is quoted.
 *
 * @returns the same message when it names none of them, or is held; null: nothing is left
 */
export function withoutErased<M extends MessageRecord>(message: M, erased: ErasedPeople): M | null {
  const left = withoutErasedUnlessHeld(message, erased);
  return left === message || erased.isHeld(message) ? message : left;
}

function withoutErasedUnlessHeld<M extends MessageRecord>(message: M, erased: ErasedPeople): M | null {
  const { sentAt, conversation, recipients, parts } = message;
  const isErased = (person: Pick<ParticipantRecord, 'role' | 'nativeId'>): boolean =>
    erased.has(person, sentAt);
  const isGone =
    conversation.kind === 'DIRECT'
      ? peopleOf(message).some(isErased)
      : isErased(message.sender) || erased.hasMessage(message.key, sentAt);
  if (isGone) return null;
  // Nothing tells when the quoted message was sent: it may be any of those that were erased.
  const isQuoted = (part: MessagePart): part is QuotePart =>
    part.type === 'QUOTE' &&
    spellingsOf(part.author).some((nativeId) =>
      QUOTED_ROLES.some((role) => erased.has({ role, nativeId }, EARLIEST)),
    );
  const isNamed = [...(recipients ?? []), ...(conversation.participants ?? [])].some(isErased);
  if (!isNamed && !(parts ?? []).some(isQuoted)) return message;
  const rest = (people: ParticipantRecord[] | null): ParticipantRecord[] | null =>
    people && people.filter((person) => !isErased(person));
  return {
    ...message,
    recipients: rest(recipients),
    conversation: { ...conversation, participants: rest(conversation.participants) },
    parts: parts && parts.map((part) => (isQuoted(part) ? withoutQuote(part) : part)),
  };
}

/** An author is named as the provider does, with or without a domain. */
function spellingsOf(author: string | null): string[] {
  const [id] = (author ?? '').split('@');
  return [author, id, id?.replace(/^\+/, '')]
    .filter((text) => typeof text === 'string' && text !== '')
    .map(String);
}

function withoutQuote(part: QuotePart): QuotePart {
  return { ...part, nativeId: null, author: null, text: null, media: null };
}

/** The same as if nothing were held. */
export function withoutHolds(erased: ErasedPeople): ErasedPeople {
  return { ...erased, isHeld: () => false };
}
