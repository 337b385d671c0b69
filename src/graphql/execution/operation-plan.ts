import {
  Kind,
  OperationTypeNode,
  visit,
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLObjectType,
  type GraphQLSchema,
} from 'graphql';
import type { Variables } from '../operation/operation-walk.ts';
import { planRoot, type OperationInfo, type SelectionPlan } from './plan.ts';

/** Of combinations of conditions; an operation with more is planned anew for those that came later. */
const MAX_KEPT = 4;

/** One operation of a document. */
export class OperationPlan {
  readonly info: OperationInfo;
  readonly #root: GraphQLObjectType;
  /** The variables that decide what `@skip` and `@include` leave. */
  readonly #conditions: readonly string[];
  /** By the values of the conditions. */
  readonly #kept = new Map<string, SelectionPlan>();

  constructor(info: OperationInfo, root: GraphQLObjectType, conditions: readonly string[]) {
    this.info = info;
    this.#root = root;
    this.#conditions = conditions;
  }

  /**
   * @returns also whether it will be the same plan next time
   * @throws GraphQLError when a condition has no value
   */
  fieldsFor(variables: Variables): { fields: SelectionPlan; isKept: boolean } {
    const values = this.#conditions.map((name) => variables[name]);
    const key = values.join();
    const kept = this.#kept.get(key);
    if (kept) return { fields: kept, isKept: true };
    const fields = planRoot(this.info, this.#root, variables);
    const isKept = this.#kept.size < MAX_KEPT && values.every((value) => typeof value === 'boolean');
    if (isKept) this.#kept.set(key, fields);
    return { fields, isKept };
  }
}

/** @returns null for what is not one query or subscription of this schema */
export function planOperation(
  schema: GraphQLSchema,
  document: DocumentNode,
  name: string | null,
): OperationPlan | null {
  const operations = document.definitions
    .filter((definition) => definition.kind === Kind.OPERATION_DEFINITION)
    .filter((definition) => name === null || definition.name?.value === name);
  const [operation, another] = operations;
  if (!operation || another || operation.operation === OperationTypeNode.MUTATION) return null;
  const root = schema.getRootType(operation.operation);
  return root
    ? new OperationPlan({ schema, operation, fragments: fragmentsOf(document) }, root, conditionsOf(document))
    : null;
}

function fragmentsOf(document: DocumentNode): Record<string, FragmentDefinitionNode> {
  const fragments = Object.create(null) as Record<string, FragmentDefinitionNode>;
  for (const definition of document.definitions)
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments[definition.name.value] = definition;
  return fragments;
}

function conditionsOf(document: DocumentNode): string[] {
  const names = new Set<string>();
  visit(document, {
    Directive: ({ arguments: given = [] }) => {
      for (const { value } of given) if (value.kind === Kind.VARIABLE) names.add(value.name.value);
    },
  });
  return [...names];
}
