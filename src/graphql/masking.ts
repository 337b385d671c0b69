import { createHmac, hkdfSync } from 'node:crypto';
import { defaultFieldResolver, type GraphQLFieldResolver, type GraphQLSchema } from 'graphql';
import type { JsonValue } from '../domain/records.ts';
import type { GatewayContext } from '../gateway/context.ts';
import type { Scope } from '../access/caller.ts';
import { fieldsOf, type FieldPolicies, type FieldPolicy } from './field-policy.ts';

const MASK_LENGTH = 16;

/** Makes of an id, number or name a text that tells nothing of it, but is the same for the same. */
export type Mask = (text: string) => string;

export function createMask(secret: Buffer): Mask {
  const key = Buffer.from(hkdfSync('sha256', secret, '', 'chat-history-gateway masks', 32));
  return (text) =>
    `hidden-${createHmac('sha256', key).update(text).digest('base64url').slice(0, MASK_LENGTH)}`;
}

/** How a value looks to a caller without the scope. */
const maskers: Partial<Record<Scope, (value: unknown, mask: Mask, isText: boolean) => unknown>> = {
  'participants:read': (value, mask, isText) => (isText ? hide(value, mask) : null),
  'messages:secrets': (value) => (typeof value === 'string' && carriesCredentials(value) ? null : value),
};

/** How a value of a field looks to a caller without the scope that the field needs. Null where it is not to be seen at all. */
export function maskValue(value: unknown, { scope, isMasked, isText }: FieldPolicy, mask: Mask): unknown {
  if (scope === null) return value;
  return isMasked ? (maskers[scope]?.(value, mask, isText) ?? null) : null;
}

/** Wraps the resolvers of the fields that are shown masked, and no others. */
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
    // The schema carries no type of its context; every request is given this one.
    field.resolve = masked as typeof resolve;
  }
}

function hide(value: unknown, mask: Mask): unknown {
  if (Array.isArray(value)) return value.map((item) => hide(item, mask));
  return typeof value === 'string' ? mask(value) : null;
}

/** Providers sign their URLs in the query, each in its own way; so whatever has a query, or names a user, is one. */
export function carriesCredentials(url: string): boolean {
  if (!URL.canParse(url)) return true;
  const { search, username, password } = new URL(url);
  return search !== '' || username !== '' || password !== '';
}

const URL_IN_TEXT =
  /(https?:(?:\\?\/){2})(?:[^\s"'\\/?#]*@)?((?:[^\s"'\\?#]|\\\/)*)(?:\?(?:[^\s"'\\#]|\\\/)*)?/gi;

/** The same value, with every URL anywhere in its texts cut down to what carries no credentials. */
export function withoutCredentials(value: JsonValue): JsonValue {
  if (typeof value === 'string') return value.replace(URL_IN_TEXT, '$1$2');
  if (Array.isArray(value)) return value.map(withoutCredentials);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, withoutCredentials(item)]));
}
