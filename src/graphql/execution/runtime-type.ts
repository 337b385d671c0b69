import {
  GraphQLError,
  isObjectType,
  type GraphQLAbstractType,
  type GraphQLObjectType,
  type GraphQLSchema,
} from 'graphql';
import { inspect } from 'graphql/jsutils/inspect.js';
import type { FieldPlan } from './plan.ts';

/**
 * @param name what the abstract type was resolved to
 * @throws GraphQLError in the words of graphql-js, unless it is the name of one of its object types
 */
export function toRuntimeType(
  schema: GraphQLSchema,
  abstract: GraphQLAbstractType,
  { nodes, parent, name: field }: FieldPlan,
  value: unknown,
  name: unknown,
): GraphQLObjectType {
  const must = (): string =>
    `Abstract type "${abstract.name}" must resolve to an Object type at runtime for field "${parent.name}.${field}"`;
  if (name === null || name === undefined) {
    throw new GraphQLError(
      `${must()}. Either the "${abstract.name}" type should provide a "resolveType" function or each possible type should provide an "isTypeOf" function.`,
      { nodes },
    );
  }
  if (isObjectType(name)) {
    throw new GraphQLError(
      'Support for returning GraphQLObjectType from resolveType was removed in graphql-js@16.0.0 please return type name instead.',
    );
  }
  if (typeof name !== 'string')
    throw new GraphQLError(`${must()} with value ${inspect(value)}, received "${inspect(name)}".`);
  const resolved = (): string => `Abstract type "${abstract.name}" was resolved to a`;
  const type = schema.getType(name);
  if (!type)
    throw new GraphQLError(`${resolved()} type "${name}" that does not exist inside the schema.`, { nodes });
  if (!isObjectType(type)) throw new GraphQLError(`${resolved()} non-object type "${name}".`, { nodes });
  if (!schema.isSubType(abstract, type)) {
    throw new GraphQLError(
      `Runtime Object type "${type.name}" is not a possible type for "${abstract.name}".`,
      { nodes },
    );
  }
  return type;
}
