import { GraphQLError } from 'graphql';
import type { Caller } from '../access/caller.ts';
import type { CreateContext, GatewayContext } from '../gateway/context.ts';
import type { Admission } from '../graphql/admission.ts';
import type { Executor } from '../graphql/execution/executor.ts';
import { formatAll, type ErrorFormatter } from '../graphql/format-error.ts';
import type { Metrics } from '../observability/metrics.ts';
import { currentRequest } from '../observability/request-info.ts';
import { shownError, toParameters, type Host, type ShownError } from './host.ts';

export interface LocalHostOptions {
  admission: Admission;
  executor: Executor;
  createContext: CreateContext;
  formatError: ErrorFormatter;
  metrics: Metrics;
}

/** One request of a caller. */
export interface CallerRequest {
  caller: Caller;
  /** Why it makes no call; null when it may. */
  refusal: Error | null;
  /** Called with the context of each operation, to abort it. */
  onContext: (context: GatewayContext) => void;
}

/** Executes the operations of tools in this gateway: admitted, executed and recorded as over any other transport. */
export function createLocalHost(
  { admission, executor, createContext, formatError, metrics }: LocalHostOptions,
  { caller, refusal, onContext }: CallerRequest,
): Host {
  const show = (errors: readonly GraphQLError[]): ShownError[] =>
    formatAll(errors, formatError).map((error) => shownError.parse(error));
  return {
    admitCall: () => {
      if (refusal) throw refusal;
    },
    async execute(document, variables) {
      const { verdict } = admission.admit(toParameters(document, variables), caller);
      if (!verdict) throw new Error('A tool has no document');
      if (!verdict.operation) return { data: null, errors: show(verdict.errors) };
      const info = currentRequest.getStore();
      if (info) {
        info.operation = 'query';
        info.operationName = verdict.operation.operationName ?? null;
      }
      const contextValue = createContext(caller);
      onContext(contextValue);
      const { data, errors } = await executor.execute({ ...verdict.operation, contextValue });
      return errors ? { data: null, errors: show(errors) } : { data, errors: null };
    },
    describe: (error) => {
      const originalError = error instanceof Error ? error : new Error('A tool failed', { cause: error });
      const [shown] = show([new GraphQLError(originalError.message, { originalError })]);
      if (!shown) throw originalError;
      return shown;
    },
    ended: (tool, outcome) => {
      const info = currentRequest.getStore();
      if (info) info.outcome = outcome;
      metrics.toolCalled(tool, outcome);
    },
  };
}
