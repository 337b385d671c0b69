import { createSourceEventStream, execute, subscribe, type ExecutionResult } from 'graphql';
import { mapAsyncIterator } from 'graphql/execution/mapAsyncIterator.js';
import { PlannedExecutor, type ExecutorArgs } from './planned-executor.ts';

/** Executes operations that have been admitted. */
export interface Executor {
  execute: (args: ExecutorArgs) => ExecutionResult | Promise<ExecutionResult>;
  /** Executes the operation for each event. */
  subscribe: (args: ExecutorArgs) => Promise<AsyncGenerator<ExecutionResult> | ExecutionResult>;
}

export type ExecutorName = 'planned' | 'graphql-js';

/** All give the same answers. */
export function createExecutor(name: ExecutorName): Executor {
  if (name === 'graphql-js') return { execute, subscribe };
  const planned = new PlannedExecutor();
  return {
    execute: (args) => planned.execute(args),
    subscribe: async (args) => {
      const events = await createSourceEventStream(args);
      return Symbol.asyncIterator in events
        ? mapAsyncIterator(events, (event) => planned.execute({ ...args, rootValue: event }))
        : events;
    },
  };
}
