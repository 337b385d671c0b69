import { GraphQLError, type DocumentNode, type ExecutionArgs, type GraphQLSchema } from 'graphql';
import type { Caller } from '../../access/caller.ts';
import type { FieldPolicies } from '../../access/field-policy.ts';
import { checkScopes } from './operation-scopes.ts';
import { RequestError } from '../../errors/request-error.ts';
import { costOf, type SizeLimits } from './cost.ts';
import { readCostRules, type CostRules } from './cost-rules.ts';
import { Documents, type PreparedOperation, type ValidDocument } from './documents.ts';
import type { Variables } from './operation-walk.ts';
import { PassedChecks } from './passed-checks.ts';
import type { TextLimits } from './text-limits.ts';
import { coerceVariables } from './variables.ts';

export interface OperationLimits extends TextLimits, SizeLimits {
  /** The limit of provider calls that an operation may be estimated to make. */
  maxCalls: number;
  /** The limit of list items that it may request, in all. */
  maxItems: number;
}

/** The operation that a request names. */
export interface OperationRequest {
  query: string;
  operationName: string | null;
  variables: Variables;
}

/** What an executor needs; these are the very objects that were checked. */
export type AdmittedOperation = Required<
  Pick<ExecutionArgs, 'schema' | 'document' | 'operationName' | 'variableValues'>
>;

/** What an operation may cost at most, and the limits of that: calls to providers, and items of lists. */
export interface CostReport {
  calls: number;
  maxCalls: number;
  rows: number;
  maxRows: number;
}

/** The outcome of checking a request. */
export type Verdict =
  | { operation: AdmittedOperation; document: DocumentNode; cost: CostReport }
  /** Nothing may be executed, for reasons in GraphQL's own words. `document` is null unless it is valid. */
  | { operation: null; document: DocumentNode | null; errors: readonly GraphQLError[] };

/** Refused for its cost, which the error reports. */
export class TooCostlyError extends RequestError {
  readonly cost: CostReport;

  constructor(cost: CostReport) {
    const { calls, maxCalls, rows, maxRows } = cost;
    super(
      'QUERY_TOO_COMPLEX',
      `The operation may cause ${calls} calls to providers and return ${rows} items; at most ${maxCalls} and ${maxRows} are allowed. Request smaller pages, or send several requests.`,
    );
    this.cost = cost;
  }
}

/** Checks an operation before any of it is executed, the same for every transport. */
export class OperationGuard {
  readonly #schema: GraphQLSchema;
  readonly #policies: FieldPolicies;
  readonly #limits: OperationLimits;
  readonly #rules: CostRules;
  readonly #documents: Documents;
  readonly #passed = new PassedChecks<CostReport>();

  constructor(
    schema: GraphQLSchema,
    policies: FieldPolicies,
    limits: OperationLimits,
    hasIntrospection: boolean,
  ) {
    this.#schema = schema;
    this.#policies = policies;
    this.#limits = limits;
    this.#rules = readCostRules(schema);
    this.#documents = new Documents(schema, limits, hasIntrospection);
  }

  /** @throws RequestError `QUERY_TOO_COMPLEX`, `FORBIDDEN` or `BAD_USER_INPUT` */
  check({ query, operationName, variables: sent }: OperationRequest, caller: Caller): Verdict {
    const read = this.#documents.read(query);
    if ('errors' in read) return { operation: null, document: null, errors: read.errors };
    const { document } = read;
    const found = findOperation(read, operationName);
    if (found instanceof GraphQLError) return { operation: null, document, errors: [found] };
    const kind = found.definition.operation;
    if (!this.#schema.getRootType(kind))
      throw new RequestError('BAD_USER_INPUT', `There is no ${kind} here; the gateway is read-only.`);
    const variables = coerceVariables(this.#schema, found.definition, sent);
    if (variables.errors) return { operation: null, document, errors: variables.errors };
    const cost = this.#passed.run(found, variables.values, caller, () =>
      this.#weigh(read, found, variables.values, caller),
    );
    const operation = {
      schema: this.#schema,
      document: read.executable,
      operationName: found.name,
      variableValues: variables.values,
    };
    return { operation, document, cost };
  }

  #weigh(
    { fragments }: ValidDocument,
    { executable: definition }: PreparedOperation,
    variables: Variables,
    caller: Caller,
  ): CostReport {
    const operation = { schema: this.#schema, definition, fragments, variables };
    const { calls, rows } = costOf(operation, this.#rules, this.#limits);
    const { maxCalls, maxItems: maxRows } = this.#limits;
    const cost: CostReport = { calls, maxCalls, rows, maxRows };
    if (calls > maxCalls || rows > maxRows) throw new TooCostlyError(cost);
    checkScopes(operation, this.#policies, caller);
    return cost;
  }
}

function findOperation({ operations }: ValidDocument, name: string | null): PreparedOperation | GraphQLError {
  const [first, second] = operations;
  if (name === null) {
    if (first && !second) return first;
    return unresolved('Must provide operation name if query contains multiple operations.');
  }
  return (
    operations.find((operation) => operation.name === name) ??
    unresolved(`Unknown operation named "${name}".`)
  );
}

function unresolved(message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code: 'OPERATION_RESOLUTION_FAILURE' } });
}
