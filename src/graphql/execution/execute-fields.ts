import {
  defaultFieldResolver,
  defaultTypeResolver,
  getArgumentValues,
  GraphQLError,
  type GraphQLAbstractType,
  type GraphQLFieldResolver,
  type GraphQLObjectType,
  type GraphQLResolveInfo,
  type ResponsePath,
} from 'graphql';
import { buildResolveInfo, type ExecutionContext } from 'graphql/execution/execute.js';
import { inspect } from 'graphql/jsutils/inspect.js';
import type { Variables } from '../operation/operation-walk.ts';
import type { FieldErrors } from './field-errors.ts';
import { subfieldsOf, type FieldPlan, type OperationInfo, type SelectionPlan, type Shape } from './plan.ts';
import { JsonText, toJsonArray, toJsonObject } from './json-text.ts';
import type { RecordTexts } from './record-texts.ts';
import { Results, settle } from './results.ts';
import { toRuntimeType } from './runtime-type.ts';
import { completeLeaf, isIterable, isObject, isPrimitive, isPromise } from './values.ts';

/** One execution of a planned operation. */
export interface Execution {
  info: OperationInfo;
  rootValue: unknown;
  contextValue: unknown;
  variableValues: Variables;
  /** The same, as graphql-js makes it. */
  context: ExecutionContext;
  errors: FieldErrors;
  /** Records are written as JSON, if that may be kept; null: none are. */
  texts: RecordTexts | null;
  /** Equal for callers who see the same. */
  sight: string;
}

type Methods = Record<string, ((...args: unknown[]) => unknown) | undefined>;

/** A field whose value is about to be completed. */
interface Place {
  field: FieldPlan;
  info: GraphQLResolveInfo;
}

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

/** Completes a value, which may be still to come. */
function completeLater(
  execution: Execution,
  place: Place,
  shape: Shape,
  path: ResponsePath,
  value: unknown,
): unknown {
  return isPromise(value)
    ? value.then((settled) => complete(execution, place, shape, path, settled))
    : complete(execution, place, shape, path, value);
}

function handleRejection(
  { errors }: Execution,
  { field }: Place,
  shape: Shape,
  path: ResponsePath,
  completed: unknown,
): unknown {
  if (!isPromise(completed)) return completed;
  return completed.then(undefined, (error: unknown) => errors.handle(error, field.nodes, path, shape));
}

function complete(
  execution: Execution,
  place: Place,
  shape: Shape,
  path: ResponsePath,
  value: unknown,
): unknown {
  if (value instanceof Error) throw value;
  const completed =
    value === null || value === undefined ? null : completePresent(execution, place, shape, path, value);
  if (completed === null && shape.isNonNull) {
    const { parent, name } = place.field;
    throw new Error(`Cannot return null for non-nullable field ${parent.name}.${name}.`);
  }
  return completed;
}

function completePresent(
  execution: Execution,
  place: Place,
  shape: Shape,
  path: ResponsePath,
  value: unknown,
): unknown {
  switch (shape.kind) {
    case 'leaf':
      return completeLeaf(shape.type, value);
    case 'list':
      return completeList(execution, place, shape.item, path, value);
    case 'object':
      return completeObject(execution, place, shape.type, path, value);
    case 'abstract':
      return completeAbstract(execution, place, shape.type, path, value);
  }
}

function completeList(
  execution: Execution,
  place: Place,
  shape: Shape,
  path: ResponsePath,
  list: unknown,
): unknown[] | JsonText | Promise<unknown[] | JsonText> {
  const { field } = place;
  if (!isIterable(list)) {
    throw new GraphQLError(
      `Expected Iterable, but did not find one for field "${field.parent.name}.${field.name}".`,
    );
  }
  const results: unknown[] = [];
  let isPending = false;
  let isWritten = false;
  try {
    for (const item of list) {
      const result = completeItem(
        execution,
        place,
        shape,
        { prev: path, key: results.length, typename: undefined },
        item,
      );
      results.push(result);
      if (result instanceof JsonText) isWritten = true;
      else if (isPromise(result)) isPending = true;
    }
  } catch (error) {
    // The other items may fail as well; without a handler that would end the process.
    if (isPending) void Promise.allSettled(results);
    throw error;
  }
  // One that is settled is written with the object that it is in: another promise here would change the order of errors.
  if (isPending) return Promise.all(results);
  return isWritten ? toJsonArray(results) : results;
}

function completeItem(
  execution: Execution,
  place: Place,
  shape: Shape,
  path: ResponsePath,
  item: unknown,
): unknown {
  try {
    return handleRejection(execution, place, shape, path, completeLater(execution, place, shape, path, item));
  } catch (error) {
    return execution.errors.handle(error, place.field.nodes, path, shape);
  }
}

function completeAbstract(
  execution: Execution,
  place: Place,
  abstract: GraphQLAbstractType,
  path: ResponsePath,
  value: unknown,
): unknown {
  const { field, info } = place;
  const { schema } = execution.info;
  const resolveType = abstract.resolveType ?? defaultTypeResolver;
  const finish = (name: unknown): unknown =>
    completeObject(execution, place, toRuntimeType(schema, abstract, field, value, name), path, value);
  const name: unknown = resolveType(value, execution.contextValue, info, abstract);
  return isPromise(name) ? name.then(finish) : finish(name);
}

function completeObject(
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
  const text = new JsonText([toOwnBytes(JSON.stringify(results))]);
  texts.set(value, fields, sight, text);
  return text;
}

/** Not from the pool that Node.js shares among short buffers: a text that is kept would keep its neighbours. */
function toOwnBytes(text: string): Buffer {
  const bytes = Buffer.allocUnsafeSlow(Buffer.byteLength(text));
  bytes.write(text);
  return bytes;
}
