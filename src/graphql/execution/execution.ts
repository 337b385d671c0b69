import type { GraphQLObjectType, GraphQLResolveInfo, ResponsePath } from 'graphql';
import type { ExecutionContext } from 'graphql/execution/execute.js';
import type { Variables } from '../operation/operation-walk.ts';
import type { FieldErrors } from './field-errors.ts';
import type { FieldPlan, OperationInfo } from './plan.ts';
import type { RecordTexts } from './record-texts.ts';

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
  /** Completes an object by executing its fields: the way back from completion to execution. */
  completeObject: CompleteObject;
}

export type CompleteObject = (
  execution: Execution,
  place: Place,
  type: GraphQLObjectType,
  path: ResponsePath,
  value: unknown,
) => unknown;

/** A field whose value is about to be completed. */
export interface Place {
  field: FieldPlan;
  info: GraphQLResolveInfo;
}
