import { z } from 'zod';
import { compareSequences } from '../kit/position.ts';
import type { ConversationRecord, ParticipantRecord, ParticipantRole } from '../../domain/records.ts';
import type { WireMessage, WireParty } from './wire.ts';

/** WeCom's `type`; the prefix of an id is not reliable, since some customers have an employee's. */
const EMPLOYEE = 1;
export const CUSTOMER = 2;
const ROBOT = 3;

const ROLES = new Map<number, ParticipantRole>([
  [EMPLOYEE, 'AGENT'],
  [CUSTOMER, 'CUSTOMER'],
  [ROBOT, 'BOT'],
]);

const GROUP_PREFIX = 'group:';
const DIRECT_PREFIX = 'direct:';

const members = z.array(z.tuple([z.int().nonnegative(), z.string().min(1)]));

export function toParticipant(channel: string, { type, id }: WireParty): ParticipantRecord {
  return { channel, role: ROLES.get(type) ?? 'UNKNOWN', nativeId: id, displayName: null };
}

/**
 * The likely type of an id that no message tells. External contacts have `wm`, robots `wb`; employees have `wo` or a
 * name of the company's choosing. Contacts who use WeCom themselves also have `wo`, and are taken for employees.
 */
export function guessType(id: string): number {
  return id.startsWith('wm') ? CUSTOMER : id.startsWith('wb') ? ROBOT : EMPLOYEE;
}

/** @param message null: it cannot be read, and no participant is known */
export function toConversation(channel: string, message: WireMessage | null): ConversationRecord {
  if (message === null) return toDirect(channel, []);
  const { chatid, sender, receiver_list } = message;
  return chatid === null ? toDirect(channel, [sender, ...receiver_list]) : toGroup(channel, chatid);
}

/** WeCom does not list a group's members: the recipients of one message may not be all. */
function toGroup(channel: string, chatId: string): ConversationRecord {
  return {
    channel,
    kind: 'GROUP',
    key: `${GROUP_PREFIX}${chatId}`,
    nativeId: chatId,
    title: null,
    participants: null,
  };
}

/** A conversation without an id is identified by its participants, in any order and whichever of them wrote. */
function toDirect(channel: string, parties: readonly WireParty[]): ConversationRecord {
  const byKey = new Map(parties.map((party) => [JSON.stringify([party.type, party.id]), party]));
  const sorted = [...byKey].map(([sequence, party]) => ({ sequence, party })).sort(compareSequences);
  return {
    channel,
    kind: 'DIRECT',
    key: `${DIRECT_PREFIX}[${sorted.map(({ sequence }) => sequence).join(',')}]`,
    nativeId: null,
    title: null,
    participants: sorted.map(({ party }) => toParticipant(channel, party)),
  };
}

/** @returns null when the key is not one of this module's */
export function parseConversationKey(channel: string, key: string): ConversationRecord | null {
  if (key.startsWith(GROUP_PREFIX) && key.length > GROUP_PREFIX.length) {
    return toGroup(channel, key.slice(GROUP_PREFIX.length));
  }
  if (!key.startsWith(DIRECT_PREFIX)) return null;
  const parties = members.safeParse(parseJson(key.slice(DIRECT_PREFIX.length)));
  if (!parties.success) return null;
  const conversation = toDirect(
    channel,
    parties.data.map(([type, id]) => ({ type, id })),
  );
  // One conversation has one key.
  return conversation.key === key ? conversation : null;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
