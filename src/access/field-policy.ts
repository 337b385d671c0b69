import type { Scope } from './caller.ts';

/** The scope that a field needs, as `@access` in the schema says. */
export interface FieldPolicy {
  /** Null: no scope. */
  scope: Scope | null;
  /** Without the scope, the field is masked; else the operation is refused. */
  isMasked: boolean;
  /** Whether its values are strings or ids, which can be masked so that equal ones stay equal. */
  isText: boolean;
}

/** By `Type.field`. */
export type FieldPolicies = ReadonlyMap<string, FieldPolicy>;
