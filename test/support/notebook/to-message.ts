import type { ConversationRecord, MessageRecord, ParticipantRecord } from '../../../src/domain/records.ts';

export interface NotebookMessageRecord extends MessageRecord {
  line: number;
}

export interface Note {
  /** Unix ms. */
  at: number;
  text: string;
}

export function toParticipant(channel: string, nativeId: string): ParticipantRecord {
  return { channel, role: 'CUSTOMER', nativeId, displayName: null };
}

/** All notes are one conversation. */
export function toConversation(channel: string): ConversationRecord {
  return { channel, kind: 'DIRECT', key: 'notes', nativeId: null, title: 'Notes', participants: null };
}

export function toMessage(channel: string, { at, text }: Note, index: number): NotebookMessageRecord {
  const line = index + 1;
  const key = String(line).padStart(6, '0');
  return {
    provider: 'NOTEBOOK',
    channel,
    key,
    sequence: key,
    sentAt: at,
    direction: 'INBOUND',
    kind: 'TEXT',
    availability: 'AVAILABLE',
    nativeId: key,
    conversation: toConversation(channel),
    sender: toParticipant(channel, 'writer'),
    recipients: null,
    text,
    parts: [{ type: 'TEXT', text }],
    line,
  };
}
