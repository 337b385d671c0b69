import { GraphQLError } from 'graphql';

/** The same error with the code that Apollo gives such, for transports without Apollo too. */
export function withCode(error: GraphQLError, code: string): GraphQLError {
  const { message, nodes, source, positions } = error;
  return new GraphQLError(message, {
    nodes: nodes ?? null,
    source: source ?? null,
    positions: positions ?? null,
    extensions: { code },
  });
}
