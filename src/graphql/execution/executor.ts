import { execute, type ExecutionResult } from 'graphql';
import { PlannedExecutor, type ExecutorArgs } from './planned-executor.ts';

/** Executes operations that have been admitted; of a subscription, one event. */
export interface Executor {
  execute: (args: ExecutorArgs) => ExecutionResult | Promise<ExecutionResult>;
}

export type ExecutorName = 'planned' | 'graphql-js';

/** All give the same answers. */
export function createExecutor(name: ExecutorName): Executor {
  if (name === 'graphql-js') return { execute };
  const planned = new PlannedExecutor();
  return { execute: (args) => planned.execute(args) };
}
