import { defaultTypeResolver, GraphQLError, type GraphQLAbstractType, type ResponsePath } from 'graphql';
import type { Execution, Place } from './execution.ts';
import { JsonText, toJsonArray } from './json-text.ts';
import type { Shape } from './plan.ts';
import { toRuntimeType } from './runtime-type.ts';
import { completeLeaf, isIterable, isPromise } from './values.ts';

/** Completes a value, which may be still to come. */
export function completeLater(
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

export function handleRejection(
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
      return execution.completeObject(execution, place, shape.type, path, value);
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
    execution.completeObject(
      execution,
      place,
      toRuntimeType(schema, abstract, field, value, name),
      path,
      value,
    );
  const name: unknown = resolveType(value, execution.contextValue, info, abstract);
  return isPromise(name) ? name.then(finish) : finish(name);
}
