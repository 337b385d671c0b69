import type { GraphQLSchema } from 'graphql';
import type { FieldPolicies } from '../access/field-policy.ts';
import { readFieldPolicies } from '../graphql/field-policy.ts';
import { maskFields } from '../graphql/masking.ts';
import { createSchema } from '../schema/load.ts';

interface ServedSchema {
  schema: GraphQLSchema;
  policies: FieldPolicies;
}

let served: ServedSchema | undefined;

/** The schema with its masks, which depend on no configuration: all gateways of a process share one. */
export function servedSchema(): ServedSchema {
  served ??= createServedSchema();
  return served;
}

function createServedSchema(): ServedSchema {
  const schema = createSchema();
  const policies = readFieldPolicies(schema);
  maskFields(schema, policies);
  return { schema, policies };
}
