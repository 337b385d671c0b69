import {
  getNamedType,
  GraphQLBoolean,
  GraphQLNonNull,
  getNullableType,
  isAbstractType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  isRequiredArgument,
  isRequiredInputField,
  parse,
  validate,
  type DocumentNode,
  type GraphQLCompositeType,
  type GraphQLEnumType,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLInputObjectType,
  type GraphQLInputType,
  type GraphQLScalarType,
  type GraphQLSchema,
} from 'graphql';
import { Random } from '../../src/sandbox/random.ts';

export interface RandomOperation {
  text: string;
  document: DocumentNode;
  operationName: string | null;
  /** Two sets of values for the same variables. */
  variables: readonly [Record<string, unknown>, Record<string, unknown>];
}

const BOOLEAN = new GraphQLNonNull(GraphQLBoolean);
const ALIASES = ['a', 'b', 'id', 'then', 'constructor', '__proto__', 'toString'] as const;
const SCALARS: Readonly<Record<string, (random: Random) => unknown>> = {
  Int: (random) => random.between(0, 9),
  Float: (random) => random.between(0, 99) / 4,
  Boolean: (random) => random.chance(0.5),
  DateTime: (random) => `2026-01-0${random.between(1, 9)}T00:00:00Z`,
};

/** A valid operation; the same for the same seed. */
export function randomOperation(schema: GraphQLSchema, seed: number): RandomOperation {
  const random = new Random(seed);
  // About half are not valid: fields of one key that cannot be merged, fragments of types that cannot meet.
  for (;;) {
    const { text, ...rest } = new Generator(schema, random).make();
    const document = parse(text);
    if (validate(schema, document).length === 0) return { text, document, ...rest };
  }
}

class Generator {
  readonly #schema: GraphQLSchema;
  readonly #random: Random;
  readonly #fragments: string[] = [];
  /** By their definitions. */
  readonly #variables = new Map<string, GraphQLInputType>();
  #names = 0;

  constructor(schema: GraphQLSchema, random: Random) {
    this.#schema = schema;
    this.#random = random;
  }

  make(): Omit<RandomOperation, 'document'> {
    const random = this.#random;
    const root = this.#schema.getQueryType();
    const events = random.chance(0.1) ? this.#schema.getSubscriptionType() : null;
    if (!root) throw new Error('The schema has no queries');
    const body = events ? this.#event(events.getFields()) : this.#selections(root, 0);
    const definitions = [...this.#variables].map(([name, type]) => {
      const isDefaulted = !isNonNullType(type) && random.chance(0.3);
      return `$${name}: ${String(type)}${isDefaulted ? ` = ${this.#literal(type, 0, false)}` : ''}`;
    });
    const heading = definitions.length === 0 ? 'Main' : `Main(${definitions.join(', ')})`;
    const others = random.chance(0.2) ? ['query Other { __typename }'] : [];
    return {
      text: [`${events ? 'subscription' : 'query'} ${heading} ${body}`, ...others, ...this.#fragments].join(
        '\n',
      ),
      operationName: others.length > 0 || random.chance(0.5) ? 'Main' : null,
      variables: [this.#values(), this.#values()],
    };
  }

  #values(): Record<string, unknown> {
    const given = [...this.#variables].filter(([, type]) => isNonNullType(type) || this.#random.chance(0.7));
    return Object.fromEntries(given.map(([name, type]) => [name, this.#value(type, 0)]));
  }

  #event(fields: Record<string, GraphQLField<unknown, unknown>>): string {
    const [field] = this.#some(Object.values(fields), 1);
    return field ? `{ ${this.#field(field, 0, false)} }` : '{ __typename }';
  }

  #selections(type: GraphQLCompositeType, depth: number): string {
    const random = this.#random;
    const fields = isObjectType(type) || isInterfaceType(type) ? Object.values(type.getFields()) : [];
    const usable = fields.filter((field) => depth < 4 || !isCompositeType(getNamedType(field.type)));
    const chosen = this.#some(usable, random.between(1, 4)).map((field) => this.#field(field, depth));
    if (chosen.length === 0 || random.chance(0.2)) chosen.push(`${this.#alias()}__typename`);
    if (depth < 4) {
      while (random.chance(isAbstractType(type) ? 0.6 : 0.15)) chosen.push(this.#fragment(type, depth));
    }
    return `{ ${chosen.join(' ')} }`;
  }

  /** @param isConditional false for an event's: graphql-js fails to validate a condition there */
  #field(field: GraphQLField<unknown, unknown>, depth: number, isConditional = true): string {
    const type = getNamedType(field.type);
    const args = field.args
      .filter((argument) => isRequiredArgument(argument) || this.#random.chance(0.4))
      .map((argument) => `${argument.name}: ${this.#argument(argument.type)}`);
    // Other arguments need another key.
    const alias = args.length > 0 && this.#random.chance(0.8) ? `k${this.#names++}: ` : this.#alias();
    const given = args.length > 0 ? `(${args.join(', ')})` : '';
    const selections = isCompositeType(type) ? ` ${this.#selections(type, depth + 1)}` : '';
    return `${alias}${field.name}${given}${isConditional ? this.#condition() : ''}${selections}`;
  }

  #alias(): string {
    return this.#random.chance(0.08) ? `${this.#random.pick(ALIASES)}: ` : '';
  }

  #fragment(type: GraphQLCompositeType, depth: number): string {
    const on = this.#random.chance(0.2) ? type : this.#narrower(type);
    const body = this.#selections(on, depth + 1);
    const condition = this.#condition();
    if (this.#random.chance(0.3)) return `... ${condition} ${this.#selections(type, depth + 1)}`;
    if (this.#random.chance(0.5)) return `... on ${on.name}${condition} ${body}`;
    const name = `F${this.#names++}`;
    this.#fragments.push(`fragment ${name} on ${on.name} ${body}`);
    const spread = `...${name}${condition}`;
    return this.#random.chance(0.2) ? `${spread} ...${name}${this.#condition()}` : spread;
  }

  #narrower(type: GraphQLCompositeType): GraphQLCompositeType {
    if (!isAbstractType(type)) return type;
    const [narrower] = this.#some(this.#schema.getPossibleTypes(type), 1);
    return narrower ?? type;
  }

  #condition(): string {
    if (!this.#random.chance(0.12)) return '';
    const names = this.#random.pick([['skip'], ['include'], ['skip', 'include']]);
    return names.map((name) => ` @${name}(if: ${this.#argument(BOOLEAN)})`).join('');
  }

  #argument(type: GraphQLInputType): string {
    return this.#random.chance(0.4) ? this.#variable(type) : this.#literal(type, 0, true);
  }

  #variable(type: GraphQLInputType): string {
    const known = [...this.#variables].find(([, other]) => String(other) === String(type));
    const name = known && this.#random.chance(0.7) ? known[0] : `v${this.#names++}`;
    this.#variables.set(name, type);
    return `$${name}`;
  }

  #literal(type: GraphQLInputType, depth: number, mayVary: boolean): string {
    const inner = getNullableType(type);
    if (inner === type && this.#random.chance(0.1)) return 'null';
    if (mayVary && depth > 0 && this.#random.chance(0.2)) return this.#variable(type);
    if (isListType(inner)) {
      const length = this.#random.between(0, 2);
      const items = Array.from({ length }, () => this.#literal(inner.ofType, depth + 1, mayVary));
      return `[${items.join(', ')}]`;
    }
    if (isEnumType(inner)) return this.#nameOf(inner);
    if (!isInputObjectType(inner)) return JSON.stringify(this.#scalar(inner));
    const fields = this.#fieldsOf(inner, depth).map(
      (field) => `${field.name}: ${this.#literal(field.type, depth + 1, mayVary)}`,
    );
    return `{${fields.join(', ')}}`;
  }

  #value(type: GraphQLInputType, depth: number): unknown {
    const inner = getNullableType(type);
    if (inner === type && this.#random.chance(0.15)) return null;
    if (isListType(inner)) {
      const length = this.#random.between(0, 2);
      return Array.from({ length }, () => this.#value(inner.ofType, depth + 1));
    }
    if (isEnumType(inner)) return this.#nameOf(inner);
    if (!isInputObjectType(inner)) return this.#scalar(inner);
    const fields = this.#fieldsOf(inner, depth);
    return Object.fromEntries(fields.map(({ name, type: of }) => [name, this.#value(of, depth + 1)]));
  }

  #fieldsOf(type: GraphQLInputObjectType, depth: number): GraphQLInputField[] {
    return Object.values(type.getFields()).filter(
      (field) => isRequiredInputField(field) || (depth < 3 && this.#random.chance(0.4)),
    );
  }

  #nameOf(type: GraphQLEnumType): string {
    const [value] = this.#some(type.getValues(), 1);
    return value?.name ?? 'NONE';
  }

  #scalar({ name }: GraphQLScalarType): unknown {
    return SCALARS[name]?.(this.#random) ?? `text${this.#random.between(0, 9)}`;
  }

  /** Some of the items, some of them twice. */
  #some<T>(items: readonly T[], count: number): T[] {
    if (items.length === 0) return [];
    return Array.from({ length: count }, () => items[this.#random.between(0, items.length - 1)]).filter(
      (item) => item !== undefined,
    );
  }
}
