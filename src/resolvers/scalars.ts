import { GraphQLScalarType } from 'graphql';
import { DateTimeResolver, JSONResolver, URLResolver } from 'graphql-scalars';
import { toRfc3339 } from '../util/rfc3339.ts';

/** Output: Unix milliseconds become RFC 3339 in UTC. Input: graphql-scalars checks the string and makes a Date. */
export const DateTime = new GraphQLScalarType<Date, string>({
  ...DateTimeResolver.toConfig(),
  serialize: (value) => {
    if (typeof value !== 'number') throw new TypeError('A DateTime is kept as Unix milliseconds');
    return toRfc3339(value);
  },
});

/** Output: exactly as the provider gave it, since normalising a signed URL may break its signature. */
export const URL = new GraphQLScalarType<unknown, string>({
  ...URLResolver.toConfig(),
  serialize: String,
});

export { JSONResolver as JSON };
