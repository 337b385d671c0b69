import {
  assertValidSchema,
  execute,
  GraphQLError,
  locatedError,
  type DocumentNode,
  type ExecutionArgs,
  type ExecutionResult,
  type GraphQLObjectType,
} from 'graphql';
import { buildExecutionContext } from 'graphql/execution/execute.js';
import { completeObject, executeFields } from './execute-fields.ts';
import { FieldErrors } from './field-errors.ts';
import { RecordTexts } from './record-texts.ts';
import { planOperation, type OperationPlan } from './operation-plan.ts';

/** What is executed. */
export type ExecutorArgs = Pick<
  ExecutionArgs,
  'schema' | 'document' | 'operationName' | 'variableValues' | 'rootValue' | 'contextValue'
> & {
  /**
   * Equal for callers who see the same. When it is given, `data` may be a `JsonText`, for which the texts of records are
   * kept.
   */
  sight?: string;
};

/**
 * Executes like graphql-js, with what it finds out about each operation kept for as long as its document is: which
 * fields are selected of which type, and how their values are completed.
 */
export class PlannedExecutor {
  /** Executed at least once: a plan pays from the second time on, and most documents of some callers come once. */
  readonly #known = new WeakSet<DocumentNode>();
  /** By the name of the operation; null marks one that graphql-js executes. */
  readonly #plans = new WeakMap<DocumentNode, Map<string | null, OperationPlan | null>>();
  readonly #texts: RecordTexts;

  /** @param isRecord see `RecordTexts` */
  constructor(isRecord: (type: GraphQLObjectType) => boolean = () => false) {
    this.#texts = new RecordTexts(isRecord);
  }

  execute(args: ExecutorArgs): ExecutionResult | Promise<ExecutionResult> {
    const plan = this.#planFor(args);
    if (!plan) return execute(args);
    const context = buildExecutionContext(args);
    if (!('schema' in context)) return { errors: context };
    const errors = new FieldErrors();
    const { rootValue, contextValue, variableValues } = context;
    const { sight } = args;
    const finish = (data: Record<string, unknown> | null): ExecutionResult =>
      errors.all.length === 0 ? { data } : { errors: errors.all, data };
    const fail = (error: unknown): ExecutionResult => {
      errors.add(error instanceof GraphQLError ? error : locatedError(error, undefined), undefined);
      return finish(null);
    };
    try {
      const { fields, isKept } = plan.fieldsFor(variableValues);
      const execution = {
        info: plan.info,
        rootValue,
        contextValue,
        variableValues,
        context,
        errors,
        // A text of a plan that is used once is not found again.
        texts: isKept && sight !== undefined ? this.#texts : null,
        sight: sight ?? '',
        completeObject,
      };
      const data = executeFields(execution, fields, rootValue, undefined);
      return data instanceof Promise ? data.then(finish, fail) : finish(data);
    } catch (error) {
      return fail(error);
    }
  }

  #planFor({ schema, document, operationName }: ExecutorArgs): OperationPlan | null {
    if (!this.#known.has(document)) {
      this.#known.add(document);
      return null;
    }
    let plans = this.#plans.get(document);
    if (!plans) this.#plans.set(document, (plans = new Map<string | null, OperationPlan | null>()));
    const name = operationName ?? null;
    const kept = plans.get(name);
    if (kept === null || kept?.info.schema === schema) return kept;
    assertValidSchema(schema);
    const plan = planOperation(schema, document, name);
    plans.set(name, plan);
    return plan;
  }
}
