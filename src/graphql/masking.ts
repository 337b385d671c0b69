import { defaultFieldResolver, type GraphQLFieldResolver, type GraphQLSchema } from 'graphql';
import type { FieldPolicies } from '../access/field-policy.ts';
import type { GatewayContext } from '../gateway/context.ts';
import { asCacheable } from '../gateway/cacheable.ts';
import { maskers, maskValue } from '../gateway/mask.ts';
import { fieldsOf } from './field-policy.ts';

/** Wraps the resolvers of masked fields, and no others. */
export function maskFields(schema: GraphQLSchema, policies: FieldPolicies): void {
  for (const { type, field } of fieldsOf(schema)) {
    const policy = policies.get(`${type.name}.${field.name}`);
    if (!policy?.isMasked || policy.scope === null) continue;
    const { scope } = policy;
    if (!maskers[scope])
      throw new Error(`There is no masking for ${scope}, which ${type.name}.${field.name} asks for`);
    const resolve = field.resolve ?? defaultFieldResolver;
    const masked: GraphQLFieldResolver<unknown, GatewayContext> = (source, args, context, info) => {
      const value: unknown = resolve(source, args, context, info);
      if (context.caller.scopes.has(scope)) return value;
      const { mask } = context.gateway;
      return value instanceof Promise
        ? value.then((settled: unknown) => maskValue(settled, policy, mask))
        : maskValue(value, policy, mask);
    };
    if (!field.resolve) Object.assign(field, asCacheable(masked));
    // The schema has no type for its context; every request gets this one.
    else field.resolve = masked as typeof resolve;
  }
}
