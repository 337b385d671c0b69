import {
  getVariableValues,
  Kind,
  visit,
  type DocumentNode,
  type GraphQLError,
  type GraphQLSchema,
  type NamedTypeNode,
  type OperationDefinitionNode,
  type VariableNode,
} from 'graphql';
import { RequestError } from '../../errors/request-error.ts';
import { withCode } from './error-code.ts';
import type { Variables } from './operation-walk.ts';

/** Federation's scalar for any value: it passes a variable's value through unchanged. */
const ANY: NamedTypeNode = { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: '_Any' } };

/** No name in GraphQL or JavaScript begins with it, so that no variable is taken for a property of every object. */
const PREFIX = '$';
const RESERVED = '__';
/** Per request; a caller that sends more mistakes sees these first. */
const MAX_ERRORS = 20;

/**
 * The document with variables that take coerced values. Executors coerce variables themselves, from what was sent;
 * given this document and the result of `coerceVariables`, they use the values that were checked.
 */
export function withCoercedVariables(document: DocumentNode): DocumentNode {
  return visit(document, {
    VariableDefinition: ({ kind, variable }) => ({ kind, variable, type: ANY }),
    Variable: (node): VariableNode => ({
      ...node,
      name: { ...node.name, value: `${PREFIX}${node.name.value}` },
    }),
  });
}

/**
 * @param definition as it was sent
 * @returns the values of its variables, defaults included, by the names of `withCoercedVariables`; or what is wrong
 * with those that were sent
 * @throws RequestError `BAD_USER_INPUT`
 */
export function coerceVariables(
  schema: GraphQLSchema,
  { variableDefinitions = [] }: OperationDefinitionNode,
  sent: Variables,
): { values: Variables; errors?: never } | { errors: readonly GraphQLError[] } {
  const names = [...variableDefinitions.map(({ variable }) => variable.name.value), ...Object.keys(sent)];
  const reserved = names.find((name) => name.startsWith(RESERVED));
  if (reserved !== undefined) {
    throw new RequestError(
      'BAD_USER_INPUT',
      `A variable may not be named ${JSON.stringify(reserved.slice(0, 100))}: names that begin with "${RESERVED}" are reserved.`,
    );
  }
  const { coerced, errors } = getVariableValues(schema, variableDefinitions, sent, { maxErrors: MAX_ERRORS });
  if (!coerced) return { errors: errors.map((error) => withCode(error, 'BAD_USER_INPUT')) };
  return {
    values: Object.fromEntries(Object.entries(coerced).map(([name, value]) => [`${PREFIX}${name}`, value])),
  };
}
