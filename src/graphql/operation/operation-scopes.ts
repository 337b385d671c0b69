import { getNamedType, type GraphQLNamedType, type SelectionSetNode } from 'graphql';
import { RequestError } from '../../errors/request-error.ts';
import { selectedFields, type Operation } from './operation-walk.ts';
import type { Caller } from '../../access/caller.ts';
import type { FieldPolicies } from '../../access/field-policy.ts';

/**
 * Refuses an operation that selects fields which the caller may not see. Fields that are only masked pass.
 *
 * @throws RequestError `FORBIDDEN` that names the fields and the scope
 */
export function checkScopes(operation: Operation, policies: FieldPolicies, { scopes }: Caller): void {
  const refused = new Map<string, string>();
  const visit = (parent: GraphQLNamedType, set: SelectionSetNode): void => {
    for (const { parent: type, node, field } of selectedFields(operation, parent, set)) {
      if (field === null || field.name.startsWith('__') || type.name.startsWith('__')) continue;
      const place = `${type.name}.${field.name}`;
      const policy = policies.get(place);
      if (!policy) throw new Error(`${place} has no policy`);
      if (policy.scope !== null && !policy.isMasked && !scopes.has(policy.scope))
        refused.set(place, policy.scope);
      if (node.selectionSet) visit(getNamedType(field.type), node.selectionSet);
    }
  };
  const root = operation.schema.getRootType(operation.definition.operation);
  if (root) visit(root, operation.definition.selectionSet);
  if (refused.size === 0) return;
  const needs = [...refused].map(([place, scope]) => `${place} needs the scope ${scope}`).join('; ');
  throw new RequestError('FORBIDDEN', `Your key or token lacks a scope: ${needs}.`);
}
