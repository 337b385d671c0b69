import type { MessageRecord, ParticipantRecord, ParticipantRole } from './records.ts';

/** The customer who sent or received the message. */
export function toCustomer(message: MessageRecord): ParticipantRecord | null {
  return findByRole(message, isCustomer);
}

/** The agent who sent or received the message. */
export function toAgent(message: MessageRecord): ParticipantRecord | null {
  return findByRole(message, isAgent);
}

/** All people whom it names: the sender, the recipients, and those whom its conversation lists. Some may come twice. */
export function peopleOf({ sender, recipients, conversation }: MessageRecord): ParticipantRecord[] {
  return [sender, ...(recipients ?? []), ...(conversation.participants ?? [])];
}

function findByRole(
  { sender, recipients }: MessageRecord,
  isWanted: (role: ParticipantRole) => boolean,
): ParticipantRecord | null {
  if (isWanted(sender.role)) return sender;
  return recipients?.find(({ role }) => isWanted(role)) ?? null;
}

function isCustomer(role: ParticipantRole): boolean {
  return role === 'CUSTOMER';
}

function isAgent(role: ParticipantRole): boolean {
  return role === 'AGENT' || role === 'BOT' || role === 'OFFICIAL_ACCOUNT';
}
