import type { JsonValue, ParticipantRecord } from './records.ts';

/** Whether a text is the id of an erased person. */
export type IsErasedId = (text: string) => boolean;

/** Who was erased: as `ErasedPeople` tells it. */
interface Erased {
  has(person: Pick<ParticipantRecord, 'role' | 'nativeId'>, sentAt: number): boolean;
}

/** Whom parts of messages name without a role. */
const ROLES = ['CUSTOMER', 'AGENT'] as const;
/** Longer texts are no ids. */
const MAX_ID_LENGTH = 200;
const TELEPHONE = /^\+?[\d\s().-]+$/;

/** @param moment Unix ms: by when the person must have been erased */
export function toIsErasedId(erased: Erased, moment: number): IsErasedId {
  return (text) =>
    spellingsOf(text).some((nativeId) => ROLES.some((role) => erased.has({ role, nativeId }, moment)));
}

/**
 * The same value without the ids of erased people, wherever they stand: in lists the items go that are one, or have one among their own
 * fields; elsewhere a null is in its place.
 *
 * @returns the same object when there is none
 */
export function withoutIds(value: JsonValue, isErasedId: IsErasedId): JsonValue {
  if (isId(value, isErasedId)) return null;
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    const left = value.filter((item) => !isOrHas(item, isErasedId));
    const items = left.map((item) => withoutIds(item, isErasedId));
    const isSame = left.length === value.length && items.every((item, index) => item === value[index]);
    return isSame ? value : items;
  }
  const fields = Object.entries(value).filter(([name]) => !isErasedId(name));
  const left = fields.map(([name, field]) => [name, withoutIds(field, isErasedId)] as const);
  const isSame =
    fields.length === Object.keys(value).length && left.every(([name, field]) => field === value[name]);
  return isSame ? value : Object.fromEntries(left);
}

function isOrHas(item: JsonValue, isErasedId: IsErasedId): boolean {
  if (typeof item !== 'object' || item === null || Array.isArray(item)) return isId(item, isErasedId);
  return Object.values(item).some((field) => isId(field, isErasedId));
}

/** One that came as a number is the same id. */
function isId(value: JsonValue, isErasedId: IsErasedId): boolean {
  return (typeof value === 'string' || typeof value === 'number') && isErasedId(String(value));
}

/** Providers write an id with or without a domain, and a telephone number as people do. */
function spellingsOf(text: string): string[] {
  if (text === '' || text.length > MAX_ID_LENGTH) return [];
  const [id = ''] = text.split('@');
  const digits = TELEPHONE.test(id) ? [id.replaceAll(/\D/g, '')] : [];
  return [...new Set([text, id, id.replace(/^\+/, ''), ...digits])].filter((spelling) => spelling !== '');
}
