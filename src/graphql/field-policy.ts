import { getDirective } from '@graphql-tools/utils';
import {
  getNamedType,
  isInterfaceType,
  isObjectType,
  type GraphQLField,
  type GraphQLInterfaceType,
  type GraphQLObjectType,
  type GraphQLSchema,
} from 'graphql';
import { SCOPES } from '../access/caller.ts';
import type { FieldPolicies, FieldPolicy } from '../access/field-policy.ts';

/**
 * Reads the policy of every field.
 *
 * @throws Error that names each field without one: such a schema must not be served
 */
export function readFieldPolicies(schema: GraphQLSchema): FieldPolicies {
  const policies = new Map<string, FieldPolicy>();
  const missing: string[] = [];
  for (const { type, field } of fieldsOf(schema)) {
    const place = `${type.name}.${field.name}`;
    const [directive] = getDirective(schema, field, 'access') ?? getDirective(schema, type, 'access') ?? [];
    if (directive) policies.set(place, toPolicy(directive, place, field));
    else missing.push(place);
  }
  if (missing.length > 0) {
    throw new Error(
      `These fields have no @access, neither their own nor their type's: ${missing.join(', ')}`,
    );
  }
  return policies;
}

/** Every field of the schema's own object and interface types. */
export function fieldsOf(
  schema: GraphQLSchema,
): { type: GraphQLObjectType | GraphQLInterfaceType; field: GraphQLField<unknown, unknown> }[] {
  return Object.values(schema.getTypeMap()).flatMap((type) =>
    (isObjectType(type) || isInterfaceType(type)) && !type.name.startsWith('__')
      ? Object.values(type.getFields()).map((field) => ({ type, field }))
      : [],
  );
}

function toPolicy(
  directive: Record<string, unknown>,
  place: string,
  field: GraphQLField<unknown, unknown>,
): FieldPolicy {
  const { scope: name = null, masked = false } = directive;
  const scope = SCOPES.find((known) => known === name) ?? null;
  if (name !== null && scope === null)
    throw new Error(`${place} has an @access with a scope that there is not: ${JSON.stringify(name)}`);
  const isText = ['String', 'ID'].includes(getNamedType(field.type).name);
  return { scope, isMasked: masked === true, isText };
}
