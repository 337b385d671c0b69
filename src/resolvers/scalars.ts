import { GraphQLScalarType, type GraphQLScalarTypeConfig } from 'graphql';
import { DateTimeResolver, JSONResolver, URLResolver } from 'graphql-scalars';
import { toRfc3339 } from '../util/rfc3339.ts';

/** Output: Unix milliseconds become RFC 3339 in UTC. Input: graphql-scalars checks the string and makes a Date. */
export const DateTime = createScalar({
  ...DateTimeResolver.toConfig(),
  serialize: (value) => {
    if (typeof value !== 'number') throw new TypeError('A DateTime is kept as Unix milliseconds');
    return toRfc3339(value);
  },
});

/** Output: exactly as the provider gave it, since normalising a signed URL may break its signature. */
export const URL = createScalar({ ...URLResolver.toConfig(), serialize: String });

export const JSON = createScalar(JSONResolver.toConfig());

/** Without a description and a specification of its own, which would take the place of the schema's. */
function createScalar<I, O>(config: GraphQLScalarTypeConfig<I, O>): GraphQLScalarType<I, O> {
  const scalar = new GraphQLScalarType(config);
  for (const name of ['description', 'specifiedByURL']) Reflect.deleteProperty(scalar, name);
  return scalar;
}
