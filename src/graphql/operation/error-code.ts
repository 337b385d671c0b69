import { GraphQLError } from 'graphql';

/** The same error with the code that Apollo gives it, also for transports without Apollo. */
export function withCode(error: GraphQLError, code: string): GraphQLError {
  const { message, nodes, source, positions } = error;
  return new GraphQLError(message, {
    nodes: nodes ?? null,
    source: source ?? null,
    positions: positions ?? null,
    extensions: { code },
  });
}
