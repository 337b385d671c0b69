import type { GraphQLSchema } from 'graphql';
import type { FieldPolicies } from '../access/field-policy.ts';
import { readFieldPolicies } from '../graphql/field-policy.ts';
import { maskFields } from '../graphql/masking.ts';
import type { ServedProvider } from '../resolvers/provider.ts';
import { createSchema } from '../schema/load.ts';

interface ServedSchema {
  schema: GraphQLSchema;
  policies: FieldPolicies;
}

const served = new WeakMap<readonly ServedProvider[], ServedSchema>();

/** The schema with its masks, which depend on no configuration: all gateways with the same providers share one. */
export function servedSchema(providers: readonly ServedProvider[]): ServedSchema {
  let known = served.get(providers);
  if (!known) served.set(providers, (known = createServedSchema(providers)));
  return known;
}

function createServedSchema(providers: readonly ServedProvider[]): ServedSchema {
  const schema = createSchema(providers);
  const policies = readFieldPolicies(schema);
  maskFields(schema, policies);
  return { schema, policies };
}
