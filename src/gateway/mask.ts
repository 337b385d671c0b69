import { createHmac, createSecretKey } from 'node:crypto';
import type { Scope } from '../access/caller.ts';
import type { FieldPolicy } from '../access/field-policy.ts';
import { deriveKey } from '../util/crypto.ts';
import { carriesCredentials } from './url-credentials.ts';

const MASK_LENGTH = 16;

/** Masks an id, number or name so that equal values get equal masks and nothing else shows. */
export type Mask = (text: string) => string;

export function createMask(secret: Buffer): Mask {
  // A key object: Node takes ten times as long with a buffer.
  const key = createSecretKey(deriveKey(secret, 'masks'));
  return (text) =>
    `hidden-${createHmac('sha256', key).update(text).digest('base64url').slice(0, MASK_LENGTH)}`;
}

/** Masks a value for a caller without the scope. */
export const maskers: Partial<Record<Scope, (value: unknown, mask: Mask, isText: boolean) => unknown>> = {
  'participants:read': (value, mask, isText) => (isText ? hide(value, mask) : null),
  'messages:secrets': (value) => (typeof value === 'string' && carriesCredentials(value) ? null : value),
};

/** Masks a field's value for a caller without the field's scope. Null if nothing of it may be seen. */
export function maskValue(value: unknown, { scope, isMasked, isText }: FieldPolicy, mask: Mask): unknown {
  if (scope === null) return value;
  return isMasked ? (maskers[scope]?.(value, mask, isText) ?? null) : null;
}

function hide(value: unknown, mask: Mask): unknown {
  if (Array.isArray(value)) return value.map((item) => hide(item, mask));
  return typeof value === 'string' ? mask(value) : null;
}
