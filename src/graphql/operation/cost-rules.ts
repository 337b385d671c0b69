import { getDirective } from '@graphql-tools/utils';
import type { GraphQLField, GraphQLSchema } from 'graphql';
import { z } from 'zod';
import { fieldsOf } from '../field-policy.ts';

/** How long a list can be, from `@listSize`. */
export interface ListSize {
  /** Arguments that give the size: numbers, or lists with as many items. */
  slicingArguments: readonly string[];
  /** The size without any of them. */
  assumedSize: number;
  /** Fields of the type, if it is not the list itself: the `edges` and `nodes` of a connection. */
  sizedFields: readonly string[];
  /** The maximum size. */
  limit: PageLimit;
}

const PAGE_LIMITS = ['maxPageSize', 'maxRows'] as const;
/** A setting among the configuration's `limits`. */
export type PageLimit = (typeof PAGE_LIMITS)[number];

export interface CostRule {
  /** Calls to providers. */
  weight: number;
  listSize: ListSize | null;
}

/** The cost directives of a field; most fields have none. */
export type CostRules = ReadonlyMap<GraphQLField<unknown, unknown>, CostRule>;

const cost = z.object({ weight: z.coerce.number().min(0) });
const listSize = z.object({
  slicingArguments: z.array(z.string()).default([]),
  assumedSize: z.int().min(0),
  sizedFields: z.array(z.string()).default([]),
  limit: z.enum(PAGE_LIMITS).default('maxPageSize'),
});

/** @throws ZodError when a directive in the schema is invalid */
export function readCostRules(schema: GraphQLSchema): CostRules {
  const rules = new Map<GraphQLField<unknown, unknown>, CostRule>();
  for (const { field } of fieldsOf(schema)) {
    const [ownCost] = getDirective(schema, field, 'cost') ?? [];
    const [ownSize] = getDirective(schema, field, 'listSize') ?? [];
    if (!ownCost && !ownSize) continue;
    rules.set(field, {
      weight: ownCost ? cost.parse(ownCost).weight : 0,
      listSize: ownSize ? listSize.parse(ownSize) : null,
    });
  }
  return rules;
}
