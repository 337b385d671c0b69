import type { ParticipantRole } from '../domain/records.ts';

/** How a command line names a participant. */
export interface NamedParticipant {
  channel: string;
  nativeId: string;
  /** Null: as the channel's messages show the id. */
  role: ParticipantRole | null;
}

const ROLES: readonly ParticipantRole[] = ['CUSTOMER', 'AGENT', 'BOT', 'OFFICIAL_ACCOUNT', 'UNKNOWN'];

/** @param text `CHANNEL:NATIVE_ID[:ROLE]`; an id may have colons. @returns null when it is not of this form */
export function parseParticipant(text: string): NamedParticipant | null {
  const [, channel, rest] = /^([^:]+):([^]+)$/.exec(text) ?? [];
  if (channel === undefined || rest === undefined) return null;
  const role = ROLES.find((name) => rest.endsWith(`:${name}`) && rest.length > name.length + 1);
  if (role === undefined) return { channel, nativeId: rest, role: null };
  return { channel, nativeId: rest.slice(0, -role.length - 1), role };
}
