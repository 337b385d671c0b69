import {
  getNamedType,
  isListType,
  isNonNullType,
  type FieldNode,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLOutputType,
  type SelectionSetNode,
} from 'graphql';
import type { CostRules, ListSize, PageLimit } from './cost-rules.ts';
import { argumentsOf, selectedFields, type Operation } from './operation-walk.ts';
import { checkCount } from './text-limits.ts';

/** The maximum cost of an operation, estimated before it runs. */
export interface Cost {
  /** Calls to providers: the `@cost` of every field, as often as it may be resolved. May be huge, but is a number. */
  calls: number;
  /** Items of lists, by `@listSize` and the sizes that the operation requests. */
  rows: number;
  /** Levels of selections. */
  depth: number;
}

/** For lists without a directive: participants, parts, phone numbers. */
const ASSUMED_SIZE = 2;
/** Fragments that spread fragments can make a short document select a huge amount. */
const MAX_SELECTIONS = 10_000;
const NOTHING: Cost = { calls: 0, rows: 0, depth: 0 };

/** The page sizes of an operation, by the names of the settings. */
export interface SizeLimits extends Record<PageLimit, number> {
  maxDepth: number;
}

/** @throws RequestError `QUERY_TOO_COMPLEX` when it selects too much, or too deep, to be counted */
export function costOf(operation: Operation, rules: CostRules, limits: SizeLimits): Cost {
  const { schema, definition } = operation;
  const root = schema.getRootType(definition.operation);
  if (!root) return NOTHING;
  return new Counter(operation, rules, limits).sum(root, definition.selectionSet, null, 1);
}

/** The size that the field above requests, for those of its fields that it sizes. */
interface Inherited {
  size: number;
  fields: readonly string[];
}

class Counter {
  readonly #operation: Operation;
  readonly #rules: CostRules;
  readonly #limits: SizeLimits;
  #selections = 0;

  constructor(operation: Operation, rules: CostRules, limits: SizeLimits) {
    this.#operation = operation;
    this.#rules = rules;
    this.#limits = limits;
  }

  sum(parent: GraphQLNamedType, set: SelectionSetNode, inherited: Inherited | null, depth: number): Cost {
    checkCount('levels of selections', depth, this.#limits.maxDepth);
    const total = { calls: 0, rows: 0, depth };
    for (const { node, field } of selectedFields(this.#operation, parent, set)) {
      checkCount('selections, fragments counted where they are spread', ++this.#selections, MAX_SELECTIONS);
      if (field === null) continue;
      const cost = this.#field(node, field, inherited, depth);
      total.calls += cost.calls;
      total.rows += cost.rows;
      total.depth = Math.max(total.depth, cost.depth);
    }
    return total;
  }

  #field(
    node: FieldNode,
    field: GraphQLField<unknown, unknown>,
    inherited: Inherited | null,
    depth: number,
  ): Cost {
    const { variables } = this.#operation;
    const { weight = 0, listSize = null } = this.#rules.get(field) ?? {};
    const given = listSize && argumentsOf(field, node, variables);
    const asked = listSize && given && sizeOf(listSize, given);
    // The resolver refuses such a page, or is not even called: nothing below it is resolved.
    if (listSize && (asked === null || asked > this.#limits[listSize.limit]))
      return { calls: weight, rows: 0, depth };
    const isList = isListField(field.type);
    const inheritedSize = inherited?.fields.includes(field.name) ? inherited.size : ASSUMED_SIZE;
    const items = isList ? (asked ?? inheritedSize) : 1;
    const below = node.selectionSet
      ? this.sum(
          getNamedType(field.type),
          node.selectionSet,
          listSize && asked !== null ? { size: asked, fields: listSize.sizedFields } : null,
          depth + 1,
        )
      : NOTHING;
    return {
      calls: weight + items * below.calls,
      rows: (isList ? items : 0) + items * below.rows,
      depth: below.depth,
    };
  }
}

/** The greatest of the given sizes, else the assumed one. A list argument requests as many as it has. */
function sizeOf({ slicingArguments, assumedSize }: ListSize, given: Record<string, unknown>): number {
  const sizes = slicingArguments.flatMap((name) => {
    const value = given[name];
    if (typeof value === 'number') return [Math.max(0, value)];
    return Array.isArray(value) ? [value.length] : [];
  });
  return sizes.length > 0 ? Math.max(...sizes) : assumedSize;
}

function isListField(type: GraphQLOutputType): boolean {
  return isListType(isNonNullType(type) ? type.ofType : type);
}
