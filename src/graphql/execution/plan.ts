import {
  isAbstractType,
  isEnumType,
  isLeafType,
  isListType,
  isNonNullType,
  specifiedScalarTypes,
  type FieldNode,
  type GraphQLAbstractType,
  type GraphQLField,
  type GraphQLLeafType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
} from 'graphql';
import { collectFields, collectSubfields } from 'graphql/execution/collectFields.js';
import { getFieldDef } from 'graphql/execution/execute.js';
import type { Variables } from '../operation/operation-walk.ts';

/** What an execution needs of its operation. */
export type OperationInfo = Pick<GraphQLResolveInfo, 'schema' | 'fragments' | 'operation'>;

/** A type with its wrappers taken apart. */
export type Shape = { isNonNull: boolean } & (
  | { kind: 'leaf'; type: GraphQLLeafType }
  | { kind: 'list'; item: Shape }
  | { kind: 'object'; type: GraphQLObjectType }
  | { kind: 'abstract'; type: GraphQLAbstractType }
);

/** One response key of a selection set, for one type of object. */
export interface FieldPlan {
  key: string;
  name: string;
  nodes: readonly [FieldNode, ...FieldNode[]];
  parent: GraphQLObjectType;
  definition: GraphQLField<unknown, unknown>;
  shape: Shape;
  /**
   * The type of a field that is a property of its object and takes no arguments, if the type serializes a primitive to a
   * primitive, always the same.
   */
  plainLeaf: GraphQLLeafType | null;
  /** By the type of the field's object; planned when such an object is first met. */
  subfields: Map<GraphQLObjectType, SelectionPlan>;
}

/** The fields of an object, in the order of the answer. */
export type SelectionPlan = readonly FieldPlan[];

/** @throws GraphQLError when a condition (`@skip`, `@include`) has no value */
export function planRoot(
  { schema, fragments, operation }: OperationInfo,
  root: GraphQLObjectType,
  variables: Variables,
): SelectionPlan {
  return toPlan(schema, root, collectFields(schema, fragments, variables, root, operation.selectionSet));
}

/**
 * What the field selects of an object of this type.
 *
 * @param variables any for which the conditions of the operation have the same values
 * @throws GraphQLError when a condition (`@skip`, `@include`) has no value
 */
export function subfieldsOf(
  { schema, fragments }: OperationInfo,
  { subfields, nodes }: FieldPlan,
  type: GraphQLObjectType,
  variables: Variables,
): SelectionPlan {
  let plan = subfields.get(type);
  if (!plan) {
    plan = toPlan(schema, type, collectSubfields(schema, fragments, variables, type, nodes));
    subfields.set(type, plan);
  }
  return plan;
}

function toPlan(
  schema: GraphQLSchema,
  parent: GraphQLObjectType,
  selected: ReadonlyMap<string, readonly FieldNode[]>,
): SelectionPlan {
  return [...selected].flatMap(([key, [first, ...others]]): FieldPlan[] => {
    const definition = first && getFieldDef(schema, parent, first);
    if (!definition) return [];
    const { name, resolve, args } = definition;
    const shape = toShape(definition.type);
    const isPlain = !resolve && args.length === 0 && shape.kind === 'leaf' && isPure(shape.type);
    return [
      {
        key,
        name,
        nodes: [first, ...others],
        parent,
        definition,
        shape,
        plainLeaf: isPlain ? shape.type : null,
        subfields: new Map(),
      },
    ];
  });
}

function toShape(type: GraphQLOutputType): Shape {
  if (isNonNullType(type)) return { ...toShape(type.ofType), isNonNull: true };
  if (isListType(type)) return { isNonNull: false, kind: 'list', item: toShape(type.ofType) };
  if (isLeafType(type)) return { isNonNull: false, kind: 'leaf', type };
  if (isAbstractType(type)) return { isNonNull: false, kind: 'abstract', type };
  return { isNonNull: false, kind: 'object', type };
}

function isPure(type: GraphQLLeafType): boolean {
  return isEnumType(type) || specifiedScalarTypes.includes(type);
}
