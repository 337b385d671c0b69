import {
  getNamedType,
  isAbstractType,
  isCompositeType,
  isInterfaceType,
  isObjectType,
  isRequiredArgument,
  isUnionType,
  type GraphQLArgument,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLInterfaceType,
  type GraphQLObjectType,
  type GraphQLSchema,
} from 'graphql';

export interface EveryFieldOptions {
  /** Levels of selections below the root field. */
  depth: number;
  /** Items in a page of the root field, and of lists below it. */
  first: { root: number; nested: number };
  /** Whether a field, as `Type.field`, is selected. */
  selects: (place: string) => boolean;
}

export interface EveryFieldOperation {
  text: string;
  /** `Type.field` of all that it selects. */
  places: Set<string>;
}

type Field = GraphQLField<unknown, unknown>;

/**
 * Writes an operation that selects everything below a root field, with fragments on all types that it can be. Each field is
 * shown as `Type_field`, so that fields of one name and different types stand side by side, and answers tell what is what.
 * No type is gone into within itself.
 */
export function selectEverything(
  schema: GraphQLSchema,
  operation: 'query' | 'subscription',
  root: Field,
  options: EveryFieldOptions,
): EveryFieldOperation {
  const places = new Set<string>();
  const { selects, first, depth: maxDepth } = options;

  function selection(type: GraphQLCompositeType, path: readonly string[]): string {
    const own = isUnionType(type) ? [] : fieldsOf(type, path);
    const fragments = isAbstractType(type)
      ? schema.getPossibleTypes(type).map((possible) => {
          const fields = fieldsOf(possible, path);
          return fields.length === 0 ? '' : `... on ${possible.name} { ${fields.join(' ')} }`;
        })
      : [];
    const parts = [...own, ...fragments].filter((part) => part !== '');
    return parts.length === 0 ? '' : `{ ${parts.join(' ')} }`;
  }

  function fieldsOf(type: GraphQLObjectType | GraphQLInterfaceType, path: readonly string[]): string[] {
    return Object.values(type.getFields()).flatMap((field) => {
      const place = `${type.name}.${field.name}`;
      if (!selects(place)) return [];
      if (field.args.some(isRequiredArgument)) throw new Error(`${place} needs arguments, and has no values`);
      const below = belowOf(field, path);
      if (below === null) return [];
      places.add(place);
      const size = field.args.some(({ name }) => name === 'first') ? `(first: ${first.nested})` : '';
      return [`${type.name}_${field.name}: ${field.name}${size} ${below}`];
    });
  }

  /** @returns null where nothing may be selected below it */
  function belowOf(field: Field, path: readonly string[]): string | null {
    const type = getNamedType(field.type);
    if (!isCompositeType(type)) return '';
    if (path.includes(type.name) || path.length >= maxDepth) return null;
    return selection(type, [...path, type.name]) || null;
  }

  const rootType = operation === 'query' ? schema.getQueryType() : schema.getSubscriptionType();
  const below = belowOf(root, []);
  places.add(`${rootType?.name ?? ''}.${root.name}`);
  const { args } = root;
  const definitions = args.map((argument) => `$${argument.name}: ${definitionOf(argument, first.root)}`);
  const values = args.map(({ name }) => `${name}: $${name}`);
  const inBrackets = (texts: string[]): string => (texts.length === 0 ? '' : `(${texts.join(', ')})`);
  return {
    text: `${operation} Everything${inBrackets(definitions)} { ${root.name}${inBrackets(values)} ${below ?? ''} }`,
    places,
  };
}

function definitionOf({ name, type }: GraphQLArgument, first: number): string {
  return name === 'first' ? `${String(type)} = ${first}` : String(type);
}

/** Every field that can be asked for at the root. */
export function rootFields(schema: GraphQLSchema): { operation: 'query' | 'subscription'; field: Field }[] {
  return (['query', 'subscription'] as const).flatMap((operation) => {
    const type = operation === 'query' ? schema.getQueryType() : schema.getSubscriptionType();
    return Object.values(type?.getFields() ?? {}).map((field) => ({ operation, field }));
  });
}

/** Every `Type.field` of the schema's own types. */
export function allPlaces(schema: GraphQLSchema): string[] {
  return Object.values(schema.getTypeMap()).flatMap((type) =>
    (isObjectType(type) || isInterfaceType(type)) && !type.name.startsWith('__')
      ? Object.keys(type.getFields()).map((name) => `${type.name}.${name}`)
      : [],
  );
}

/** A text in an answer, and the field that it stands in; `Type_field` where the operation was made here. */
export interface Leaf {
  key: string;
  text: string;
}

/** Every text in a value, numbers as texts too. */
export function leavesOf(value: unknown, key = ''): Leaf[] {
  if (typeof value === 'string' || typeof value === 'number') return [{ key, text: String(value) }];
  if (Array.isArray(value)) return value.flatMap((item) => leavesOf(item, key));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, item]) => leavesOf(item, name));
}
