import {
  isInterfaceType,
  isObjectType,
  Kind,
  SchemaMetaFieldDef,
  TypeMetaFieldDef,
  TypeNameMetaFieldDef,
  valueFromASTUntyped,
  type DocumentNode,
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

/** One operation of a document with the values of its variables, as far as it can be told without executing it. */
export interface Operation {
  schema: GraphQLSchema;
  definition: OperationDefinitionNode;
  fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  variables: Variables;
}

/** @returns null when the document does not have that operation, which is for the executor to say */
export function findOperation(
  schema: GraphQLSchema,
  document: DocumentNode,
  operationName: string | null,
  variables: Variables,
): Operation | null {
  const fragments = new Map<string, FragmentDefinitionNode>();
  const operations: OperationDefinitionNode[] = [];
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
    if (definition.kind === Kind.OPERATION_DEFINITION) operations.push(definition);
  }
  const definition =
    operationName === null ? operations[0] : operations.find(({ name }) => name?.value === operationName);
  if (!definition) return null;
  return { schema, definition, fragments, variables: withDefaults(definition, variables) };
}

/** What one selection set selects: its own fields, and those of the fragments that it spreads, each fragment once. */
export interface Selected {
  parent: GraphQLNamedType;
  node: FieldNode;
  /** Null when the schema does not have it, which is for validation to say. */
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

/** The value of an argument, undefined where it is not given. */
export function argumentOf(node: FieldNode, name: string, variables: Variables): unknown {
  const argument = node.arguments?.find((given) => given.name.value === name);
  return argument ? valueFromASTUntyped(argument.value, variables) : undefined;
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

/** Without a prototype, so that a variable of any name is just a variable. */
function withDefaults({ variableDefinitions = [] }: OperationDefinitionNode, given: Variables): Variables {
  const variables: Record<string, unknown> = { __proto__: null, ...given };
  for (const { variable, defaultValue } of variableDefinitions) {
    const name = variable.name.value;
    if (variables[name] === undefined && defaultValue) variables[name] = valueFromASTUntyped(defaultValue);
  }
  return variables;
}
