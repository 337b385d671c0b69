import { LRUCache } from 'lru-cache';
import { parse, type DocumentNode, type GraphQLSchema } from 'graphql';
import type { Caller } from '../access/caller.ts';
import type { FieldPolicies } from '../access/field-policy.ts';
import { checkScopes } from '../access/operation-scopes.ts';
import { RequestError } from '../errors.ts';
import { costOf, type Cost } from './cost.ts';
import { readCostRules, type CostRules } from './cost-rules.ts';
import { findOperation, type Variables } from './operation-walk.ts';
import { checkText, type TextLimits } from './text-limits.ts';

export interface OperationLimits extends TextLimits {
  /** Calls to providers that an operation may be expected to cause. */
  maxCalls: number;
  /** Items of lists that it may ask for. */
  maxRows: number;
}

/** What a request asks to be executed. */
export interface OperationRequest {
  query: string;
  operationName: string | null;
  variables: Variables;
}

/** Refused for its cost; the cost is told beside the error. */
export class TooCostlyError extends RequestError {
  readonly cost: { calls: number; maxCalls: number; rows: number; maxRows: number };

  constructor({ calls, rows }: Cost, { maxCalls, maxRows }: OperationLimits) {
    super(
      'QUERY_TOO_COMPLEX',
      `The operation may cause ${calls} calls to providers and return ${rows} items; at most ${maxCalls} and ${maxRows} are allowed. Ask for smaller pages, or in several requests.`,
    );
    this.cost = { calls, maxCalls, rows, maxRows };
  }
}

/** Characters of documents that are kept parsed. */
const KEEP_CHARACTERS = 1_000_000;

/** Looks at an operation before anything of it is executed, alike for every way that it can come. */
export class OperationGuard {
  readonly #schema: GraphQLSchema;
  readonly #policies: FieldPolicies;
  readonly #limits: OperationLimits;
  readonly #rules: CostRules;
  readonly #documents = new LRUCache<string, DocumentNode>({
    maxSize: KEEP_CHARACTERS,
    sizeCalculation: (_document, text) => text.length + 1,
  });

  constructor(schema: GraphQLSchema, policies: FieldPolicies, limits: OperationLimits) {
    this.#schema = schema;
    this.#policies = policies;
    this.#limits = limits;
    this.#rules = readCostRules(schema);
  }

  /**
   * What cannot be parsed or is not valid passes, for the executor to say so: it executes nothing of it.
   *
   * @throws RequestError `QUERY_TOO_COMPLEX`, `FORBIDDEN`, or `BAD_USER_INPUT` when the schema has no such kind of operation
   */
  check({ query, operationName, variables }: OperationRequest, caller: Caller): void {
    const document = this.#parse(query);
    const operation = document && findOperation(this.#schema, document, operationName, variables);
    if (!operation) return;
    const kind = operation.definition.operation;
    if (!this.#schema.getRootType(kind))
      throw new RequestError('BAD_USER_INPUT', `There is no ${kind} here; chats can only be read.`);
    const cost = costOf(operation, this.#rules, this.#limits.maxDepth);
    if (cost.calls > this.#limits.maxCalls || cost.rows > this.#limits.maxRows) {
      throw new TooCostlyError(cost, this.#limits);
    }
    checkScopes(operation, this.#policies, caller);
  }

  #parse(query: string): DocumentNode | null {
    const kept = this.#documents.get(query);
    if (kept) return kept;
    checkText(query, this.#limits);
    try {
      const document = parse(query, { noLocation: true });
      this.#documents.set(query, document);
      return document;
    } catch {
      // The executor parses it again, and tells the caller what is wrong with it, and where.
      return null;
    }
  }
}
