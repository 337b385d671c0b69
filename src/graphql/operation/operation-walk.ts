import {
  getArgumentValues,
  GraphQLError,
  isInterfaceType,
  isObjectType,
  Kind,
  SchemaMetaFieldDef,
  TypeMetaFieldDef,
  TypeNameMetaFieldDef,
  valueFromASTUntyped,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';

export type Variables = Readonly<Record<string, unknown>>;

/** One operation of a valid document with the values of its variables, coerced. */
export interface Operation {
  schema: GraphQLSchema;
  definition: OperationDefinitionNode;
  fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  variables: Variables;
}

/** What one selection set selects: its own fields, and those of the fragments that it spreads, each fragment once. */
export interface Selected {
  parent: GraphQLNamedType;
  node: FieldNode;
  /** Null for an unknown field, which validation reports. */
  field: GraphQLField<unknown, unknown> | null;
}

export function selectedFields(
  operation: Operation,
  parent: GraphQLNamedType,
  selections: SelectionSetNode,
  seen = new Set<string>(),
): Selected[] {
  return selections.selections
    .filter((selection) => isIncluded(selection, operation.variables))
    .flatMap((selection): Selected[] => {
      switch (selection.kind) {
        case Kind.FIELD:
          return [{ parent, node: selection, field: fieldOf(parent, selection.name.value) }];
        case Kind.INLINE_FRAGMENT: {
          const type = typeOf(operation, selection.typeCondition?.name.value) ?? parent;
          return selectedFields(operation, type, selection.selectionSet, seen);
        }
        case Kind.FRAGMENT_SPREAD: {
          const name = selection.name.value;
          const fragment = operation.fragments.get(name);
          if (!fragment || seen.has(name)) return [];
          seen.add(name);
          const type = typeOf(operation, fragment.typeCondition.name.value) ?? parent;
          return selectedFields(operation, type, fragment.selectionSet, seen);
        }
      }
    });
}

/** The arguments as the field's resolver gets them; null when they cannot be coerced, so it is never resolved. */
export function argumentsOf(
  field: GraphQLField<unknown, unknown>,
  node: FieldNode,
  variables: Variables,
): Record<string, unknown> | null {
  try {
    return getArgumentValues(field, node, variables);
  } catch (error) {
    if (error instanceof GraphQLError) return null;
    throw error;
  }
}

const metaFields = [SchemaMetaFieldDef, TypeMetaFieldDef, TypeNameMetaFieldDef];

function fieldOf(parent: GraphQLNamedType, name: string): GraphQLField<unknown, unknown> | null {
  const own = isObjectType(parent) || isInterfaceType(parent) ? parent.getFields() : {};
  const field = Object.hasOwn(own, name) ? own[name] : metaFields.find((meta) => meta.name === name);
  return field ?? null;
}

function typeOf({ schema }: Operation, name: string | undefined): GraphQLNamedType | null {
  return name === undefined ? null : (schema.getType(name) ?? null);
}

function isIncluded({ directives = [] }: SelectionNode, variables: Variables): boolean {
  return directives.every((directive) => {
    const argument = directive.arguments?.find(({ name }) => name.value === 'if');
    const value: unknown = argument && valueFromASTUntyped(argument.value, variables);
    if (directive.name.value === 'skip') return value !== true;
    return directive.name.value !== 'include' || value !== false;
  });
}
