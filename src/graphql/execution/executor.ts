import { execute, type ExecutionResult, type GraphQLObjectType } from 'graphql';
import { PlannedExecutor, type ExecutorArgs } from './planned-executor.ts';

/** Executes operations that have been admitted; of a subscription, one event. */
export interface Executor {
  execute: (args: ExecutorArgs) => ExecutionResult | Promise<ExecutionResult>;
}

export type ExecutorName = 'planned' | 'graphql-js';

/** All give the same answers. @param isRecord see `RecordTexts` */
export function createExecutor(
  name: ExecutorName,
  isRecord?: (type: GraphQLObjectType) => boolean,
): Executor {
  if (name === 'graphql-js') return { execute };
  const planned = new PlannedExecutor(isRecord);
  return { execute: (args) => planned.execute(args) };
}
