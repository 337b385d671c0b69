import {
  defaultFieldResolver,
  getArgumentValues,
  GraphQLError,
  type GraphQLFieldResolver,
  type GraphQLObjectType,
  type ResponsePath,
} from 'graphql';
import { buildResolveInfo } from 'graphql/execution/execute.js';
import { inspect } from 'graphql/jsutils/inspect.js';
import { completeLater, handleRejection } from './complete-value.ts';
import type { Execution, Place } from './execution.ts';
import { JsonText, toJsonObject, toOwnText } from './json-text.ts';
import { subfieldsOf, type FieldPlan, type SelectionPlan } from './plan.ts';
import { Results, settle } from './results.ts';
import { isObject, isPrimitive, isPromise } from './values.ts';

type Methods = Record<string, ((...args: unknown[]) => unknown) | undefined>;

/*
 * Execution as in graphql-js, step by step, so that resolvers are called in the same order, and concurrent errors arrive
 * in the same order: each promise is chained to the same number of others.
 */

/** @throws GraphQLError when a field that may not be null is */
export function executeFields(
  execution: Execution,
  fields: SelectionPlan,
  source: unknown,
  path: ResponsePath | undefined,
): Results | JsonText | Promise<Results | JsonText> {
  const results = new Results();
  let isPending = false;
  let isWritten = false;
  try {
    for (const field of fields) {
      const result = executeField(execution, field, source, path);
      if (result === undefined) continue;
      results[field.key] = result;
      if (result instanceof JsonText) isWritten = true;
      else if (isPromise(result)) isPending = true;
    }
  } catch (error) {
    if (!isPending) throw error;
    // The other fields may fail as well, after this one.
    return settle(results).finally(() => {
      throw error;
    });
  }
  if (isPending) return settle(results);
  return isWritten ? toJsonObject(results) : results;
}

function executeField(
  execution: Execution,
  field: FieldPlan,
  source: unknown,
  parent: ResponsePath | undefined,
): unknown {
  const { plainLeaf, shape, name } = field;
  if (plainLeaf === null || !isObject(source))
    return resolveField(execution, field, field.definition.resolve, source, parent);
  let read: GraphQLFieldResolver<unknown, unknown>;
  try {
    const value = source[name];
    if (isPrimitive(value)) return plainLeaf.serialize(value);
    if ((value === null || value === undefined) && !shape.isNonNull) return null;
    read =
      typeof value === 'function'
        ? (_, args, context, info): unknown => (source as Methods)[name]?.(args, context, info)
        : () => value;
  } catch (error) {
    read = () => {
      throw error;
    };
  }
  return resolveField(execution, field, read, source, parent);
}

function resolveField(
  execution: Execution,
  field: FieldPlan,
  resolve: GraphQLFieldResolver<unknown, unknown> = defaultFieldResolver,
  source: unknown,
  parent: ResponsePath | undefined,
): unknown {
  const { definition, nodes, shape, key } = field;
  const path = { prev: parent, key, typename: field.parent.name };
  const info = buildResolveInfo(execution.context, definition, nodes, field.parent, path);
  const place = { field, info };
  try {
    const args =
      definition.args.length === 0 ? {} : getArgumentValues(definition, nodes[0], execution.variableValues);
    const result: unknown = resolve(source, args, execution.contextValue, place.info);
    return handleRejection(
      execution,
      place,
      shape,
      path,
      completeLater(execution, place, shape, path, result),
    );
  } catch (error) {
    return execution.errors.handle(error, nodes, path, shape);
  }
}

export function completeObject(
  execution: Execution,
  { field, info }: Place,
  type: GraphQLObjectType,
  path: ResponsePath,
  value: unknown,
): unknown {
  const fields = subfieldsOf(execution.info, field, type, execution.variableValues);
  if (!type.isTypeOf) return selectFields(execution, fields, type, value, path);
  const finish = (isOfType: unknown): unknown => {
    if (isOfType) return selectFields(execution, fields, type, value, path);
    throw new GraphQLError(`Expected value of type "${type.name}" but got: ${inspect(value)}.`, {
      nodes: field.nodes,
    });
  };
  const isOfType: unknown = type.isTypeOf(value, execution.contextValue, info);
  return isPromise(isOfType) ? isOfType.then(finish) : finish(isOfType);
}

function selectFields(
  execution: Execution,
  fields: SelectionPlan,
  type: GraphQLObjectType,
  value: unknown,
  path: ResponsePath,
): unknown {
  const { info, texts, sight, errors, variableValues } = execution;
  if (!texts || !isObject(value) || !texts.keeps(info, type, fields, variableValues))
    return executeFields(execution, fields, value, path);
  const kept = texts.get(value, fields, sight);
  if (kept) return kept;
  const failuresBefore = errors.failures;
  const results = executeFields({ ...execution, texts: null }, fields, value, path);
  if (isPromise(results) || errors.failures > failuresBefore) return results;
  const text = toOwnText(results);
  texts.set(value, fields, sight, text);
  return text;
}
