import { GraphQLScalarType } from 'graphql';
import { DateTimeResolver, JSONResolver, URLResolver } from 'graphql-scalars';

/** Out: Unix milliseconds become RFC 3339 in UTC. In: graphql-scalars checks the text and makes a Date. */
export const DateTime = new GraphQLScalarType<Date, string>({
  ...DateTimeResolver.toConfig(),
  serialize: (value) => {
    if (typeof value !== 'number') throw new TypeError('A DateTime is kept as Unix milliseconds');
    return new Date(value).toISOString();
  },
});

/** Out: exactly as the provider gave it, since to spell a signed URL anew may break its signature. */
export const URL = new GraphQLScalarType<unknown, string>({
  ...URLResolver.toConfig(),
  serialize: String,
});

export { JSONResolver as JSON };
