import { isObjectType, type GraphQLObjectType, type GraphQLSchema } from 'graphql';
import { isCacheable } from '../../gateway/cacheable.ts';
import type { Variables } from '../operation/operation-walk.ts';
import { subfieldsOf, type FieldPlan, type OperationInfo, type SelectionPlan, type Shape } from './plan.ts';

/**
 * Whether what these fields show depends on nothing but their object and what the caller may see: all are properties, or
 * have a resolver that is marked as cacheable, and so are the fields below them.
 */
export function isCacheablePlan(
  operation: OperationInfo,
  fields: SelectionPlan,
  variables: Variables,
): boolean {
  return fields.every(
    (field) =>
      isCacheableField(field) &&
      objectTypesOf(operation.schema, field.shape).every((type) =>
        isCacheablePlan(operation, subfieldsOf(operation, field, type, variables), variables),
      ),
  );
}

function isCacheableField({ name, definition }: FieldPlan): boolean {
  if (name === '__typename') return true;
  return definition.args.length === 0 && (!definition.resolve || isCacheable(definition));
}

/** The types that an object of the field may have. */
function objectTypesOf(schema: GraphQLSchema, shape: Shape): readonly GraphQLObjectType[] {
  switch (shape.kind) {
    case 'leaf':
      return [];
    case 'list':
      return objectTypesOf(schema, shape.item);
    case 'object':
      return [shape.type];
    case 'abstract':
      return schema.getPossibleTypes(shape.type).filter(isObjectType);
  }
}
