import { isNameText } from '../domain/name-text.ts';
import type { JsonValue, MessageKind } from '../domain/records.ts';
import type { Caller } from '../access/caller.ts';
import type { FieldPolicies, FieldPolicy } from '../access/field-policy.ts';
import { maskValue, type Mask } from './mask.ts';
import { withoutCredentials } from './url-credentials.ts';

/** What one caller may see: the same over every API, and what its filters compare with. */
export interface CallerMasking {
  /** Masks a record that is shown as a type of the schema, field by field under the schema's names. */
  readonly fields: (type: string, record: Record<string, unknown>) => Record<string, unknown>;
  /** The text of a message or a quote. */
  readonly text: (of: { kind: MessageKind; text: string | null }) => string | null;
  /** What a provider sent, unchanged. */
  readonly raw: (value: JsonValue) => JsonValue;
}

/** A field that the schema does not have may hold anything. */
const UNKNOWN: FieldPolicy = { scope: 'participants:read', isMasked: true, isText: true };

export function createCallerMasking({ scopes }: Caller, mask: Mask, policies: FieldPolicies): CallerMasking {
  const isOpen = ({ scope }: FieldPolicy): boolean => scope === null || scopes.has(scope);
  const openFields = new Map<string, { names: ReadonlySet<string>; isWhole: boolean }>();
  const openFieldsOf = (type: string): { names: ReadonlySet<string>; isWhole: boolean } => {
    const known = openFields.get(type);
    if (known) return known;
    const prefix = `${type}.`;
    const own = [...policies].filter(([place]) => place.startsWith(prefix));
    const open = own.filter(([, policy]) => isOpen(policy));
    const names = new Set(open.map(([place]) => place.slice(prefix.length)));
    const found = { names, isWhole: open.length === own.length && isOpen(UNKNOWN) };
    openFields.set(type, found);
    return found;
  };
  return {
    fields: (type, record) => {
      const { names, isWhole } = openFieldsOf(type);
      if (isWhole || Object.keys(record).every((name) => names.has(name))) return record;
      return Object.fromEntries(
        Object.entries(record).map(([name, value]) => {
          const policy = policies.get(`${type}.${name}`) ?? UNKNOWN;
          return [name, value === undefined || isOpen(policy) ? value : maskValue(value, policy, mask)];
        }),
      );
    },
    text: ({ kind, text }) =>
      isNameText({ kind }) && text !== null && !scopes.has('participants:read') ? mask(text) : text,
    raw: (value) => (scopes.has('messages:secrets') ? value : withoutCredentials(value)),
  };
}
