import { createHmac, hkdfSync } from 'node:crypto';
import type { Scope } from '../access/caller.ts';
import type { FieldPolicy } from '../access/field-policy.ts';
import { carriesCredentials } from './url-credentials.ts';

const MASK_LENGTH = 16;

/** Makes of an id, number or name a text that tells nothing of it, but is the same for the same. */
export type Mask = (text: string) => string;

export function createMask(secret: Buffer): Mask {
  const key = Buffer.from(hkdfSync('sha256', secret, '', 'chat-history-gateway masks', 32));
  return (text) =>
    `hidden-${createHmac('sha256', key).update(text).digest('base64url').slice(0, MASK_LENGTH)}`;
}

/** How a value looks to a caller without the scope. */
export const maskers: Partial<Record<Scope, (value: unknown, mask: Mask, isText: boolean) => unknown>> = {
  'participants:read': (value, mask, isText) => (isText ? hide(value, mask) : null),
  'messages:secrets': (value) => (typeof value === 'string' && carriesCredentials(value) ? null : value),
};

/** How a value of a field looks to a caller without the scope that the field needs. Null where it is not to be seen at all. */
export function maskValue(value: unknown, { scope, isMasked, isText }: FieldPolicy, mask: Mask): unknown {
  if (scope === null) return value;
  return isMasked ? (maskers[scope]?.(value, mask, isText) ?? null) : null;
}

function hide(value: unknown, mask: Mask): unknown {
  if (Array.isArray(value)) return value.map((item) => hide(item, mask));
  return typeof value === 'string' ? mask(value) : null;
}
