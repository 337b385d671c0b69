import type { GraphQLLeafType } from 'graphql';
import { inspect } from 'graphql/jsutils/inspect.js';

/** @throws Error when the type makes nothing of the value */
export function completeLeaf(type: GraphQLLeafType, value: unknown): unknown {
  const serialized: unknown = type.serialize(value);
  if (serialized !== null && serialized !== undefined) return serialized;
  throw new Error(
    `Expected \`${inspect(type)}.serialize(${inspect(value)})\` to return non-nullable value, returned: ${inspect(serialized)}`,
  );
}

export function isPromise(value: unknown): value is PromiseLike<unknown> {
  const isAble = isObject(value) || typeof value === 'function';
  return isAble && typeof (value as { then?: unknown }).then === 'function';
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

export function isIterable(value: unknown): value is Iterable<unknown> {
  return isObject(value) && typeof (value as { [Symbol.iterator]?: unknown })[Symbol.iterator] === 'function';
}

export function isPrimitive(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}
