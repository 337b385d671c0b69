import {
  getNullableType,
  GraphQLError,
  isAbstractType,
  isEnumType,
  isListType,
  isNonNullType,
  isObjectType,
  responsePathAsArray,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
} from 'graphql';
import { Random } from '../../src/sandbox/random.ts';

const PLACE = Symbol('place');
const TYPE = Symbol('type');
const ODD = Symbol('odd');

/** The context of one execution: decides what goes wrong in it, and keeps what was called. */
export class Erratic {
  readonly calls: unknown[] = [];
  readonly #seed: number;
  readonly #rate: number;

  /** @param rate the share of values that go wrong */
  constructor(seed: number, rate: number) {
    this.#seed = seed;
    this.#rate = rate;
  }

  /** The same for the same place of the same seed. */
  randomFor(place: string): Random {
    let hash = this.#seed;
    for (let at = 0; at < place.length; at++) hash = Math.imul(hash ^ place.charCodeAt(at), 0x01000193);
    return new Random(hash);
  }

  isWrong(random: Random): boolean {
    return random.chance(this.#rate);
  }
}

/** Replaces what the schema does by resolvers that return, throw or reject with anything. */
export function makeErratic(schema: GraphQLSchema): GraphQLSchema {
  for (const [index, type] of Object.values(schema.getTypeMap()).entries()) {
    if (type.name.startsWith('__')) continue;
    // Of the others `__typename` and `isTypeOf` tell the type.
    if (isAbstractType(type) && (type.resolveType || index % 2 === 0)) {
      type.resolveType = (value: unknown, context: Erratic) => resolveType(value, type.name, context);
    }
    if (isObjectType(type)) makeTypeErratic(schema, type, index);
  }
  return schema;
}

function makeTypeErratic(schema: GraphQLSchema, type: GraphQLObjectType, index: number): void {
  const isRoot = type === schema.getQueryType() || type === schema.getSubscriptionType();
  if (!isRoot && index % 3 !== 0)
    type.isTypeOf = (value: unknown, context: Erratic) => isOfType(value, type.name, context);
  for (const [place, field] of Object.values(type.getFields()).entries()) {
    if (field.subscribe || type === schema.getSubscriptionType())
      field.subscribe = (_, args, context: Erratic, info) => {
        context.calls.push(toCall(args, info));
        return toStream(schema, type, field.name, context);
      };
    else if (!field.resolve && !isRoot && (index + place) % 3 !== 0) continue;
    field.resolve = (_, args, context: Erratic, info) => {
      context.calls.push(toCall(args, info));
      return valueFor(schema, field.type, responsePathAsArray(info.path).join('/'), context);
    };
  }
}

/** What a resolver is told. */
function toCall(args: unknown, info: GraphQLResolveInfo): unknown {
  const { fieldName, fieldNodes, returnType, parentType, path, operation, variableValues, rootValue } = info;
  return {
    members: Object.keys(info),
    args,
    fieldName,
    nodes: fieldNodes.map(({ loc }) => loc?.start),
    type: `${parentType.name}.${String(returnType)}`,
    path: responsePathAsArray(path),
    typename: path.typename,
    operation: operation.name?.value,
    fragments: Object.keys(info.fragments),
    hasSchema: info.schema.getType(parentType.name) === parentType,
    variableValues,
    root: typeof rootValue,
  };
}

function toStream(schema: GraphQLSchema, type: GraphQLObjectType, name: string, context: Erratic): unknown {
  const random = context.randomFor(`stream/${name}`);
  if (context.isWrong(random)) return wrongValue(random, name);
  return (async function* () {
    for (let index = 0; index < 3; index++) {
      await later(null, random.between(0, 3));
      if (context.isWrong(random)) throw new Error('The stream broke');
      yield toObject(schema, type, `event/${index}`, context);
    }
  })();
}

function valueFor(schema: GraphQLSchema, type: GraphQLOutputType, place: string, context: Erratic): unknown {
  const random = context.randomFor(place);
  const value = context.isWrong(random)
    ? wrongValue(random, place)
    : rightValue(schema, type, place, context, random);
  return random.chance(0.2) ? later(value, random.between(0, 6)) : value;
}

function wrongValue(random: Random, place: string): unknown {
  const fail = random.pick<() => unknown>([
    () => new Error(`Failed at ${place}`),
    () => new GraphQLError(`Refused at ${place}`, { extensions: { code: 'REFUSED', place } }),
    () => new GraphQLError('Located elsewhere', { path: ['elsewhere', 1] }),
    () => Object.assign(new TypeError('With extensions'), { extensions: { code: 'ODD' } }),
    () => `text thrown at ${place}`,
    () => undefined,
    () => null,
    () => ({ message: 'not an error' }),
  ]);
  const wrong = random.pick<() => unknown>([
    () => null,
    () => undefined,
    fail,
    () => {
      throw fail();
    },
    () => {
      throw fail();
    },
    () => reject(fail(), random.between(0, 6)),
    () => reject(fail(), random.between(0, 6)),
    () => NaN,
    () => 'text',
    () => '',
    () => 7.5,
    () => Infinity,
    () => true,
    () => 10n,
    () => ODD,
    () => ({}),
    () => [],
    () => [null, undefined, 1, 'text'],
    () => ({
      then: (resolve: (value: unknown) => void) => {
        resolve('thenable');
      },
    }),
    () => ({ then: 'not a function' }),
    () => new Map([['key', 'value']]),
    () => new Date(0),
  ]);
  return wrong();
}

function rightValue(
  schema: GraphQLSchema,
  type: GraphQLOutputType,
  place: string,
  context: Erratic,
  random: Random,
): unknown {
  if (!isNonNullType(type) && random.chance(0.1)) return random.chance(0.5) ? null : undefined;
  const inner = getNullableType(type);
  if (isListType(inner)) {
    const items = Array.from({ length: random.between(0, 3) }, (_, index) => `${place}/${index}`);
    const valueOf = (item: string): unknown => guarded(() => valueFor(schema, inner.ofType, item, context));
    return random.pick<() => unknown>([
      () => items.map(valueOf),
      () => items.map(valueOf).values(),
      () => new Set(items.map(valueOf)),
    ])();
  }
  if (isAbstractType(inner)) {
    const possible = schema.getPossibleTypes(inner);
    const chosen = possible[random.between(0, possible.length - 1)];
    return chosen && toObject(schema, chosen, place, context);
  }
  if (isObjectType(inner)) return toObject(schema, inner, place, context);
  if (isEnumType(inner)) return inner.getValues()[random.between(0, inner.getValues().length - 1)]?.value;
  switch (inner.name) {
    case 'Int':
      return random.between(-9, 9);
    case 'Float':
      return random.next();
    case 'Boolean':
      return random.chance(0.5);
    case 'DateTime':
      return 1_700_000_000_000 + random.between(0, 1_000_000);
    case 'Fragile':
      return random.pick(['fine', 'broken', 'zero', 'none', 'later']);
    default:
      return random.pick<unknown>([`text ${place}`, random.between(0, 99)]);
  }
}

/** An item that cannot be made is a rejection in a list. */
function guarded(make: () => unknown): unknown {
  try {
    return make();
  } catch (error) {
    return reject(error, 0);
  }
}

/** Its properties are computed when they are read; reading may fail, and some are functions. */
function toObject(schema: GraphQLSchema, type: GraphQLObjectType, place: string, context: Erratic): object {
  const random = context.randomFor(`${place}#`);
  const object: object = { [PLACE]: place, [TYPE]: type.name };
  if (random.chance(0.6)) Object.assign(object, { __typename: type.name });
  for (const field of Object.values(type.getFields())) {
    const isMethod = random.chance(0.1);
    const read = (): unknown => valueFor(schema, field.type, `${place}.${field.name}`, context);
    const call = (args: unknown, _: Erratic, info: GraphQLResolveInfo): unknown => {
      context.calls.push(toCall(args, info));
      return read();
    };
    Object.defineProperty(object, field.name, { get: () => (isMethod ? call : read()) });
  }
  return object;
}

function resolveType(value: unknown, abstract: string, context: Erratic): string | Promise<string> {
  const random = context.randomFor(`${placeOf(value)}:${abstract}`);
  const answer = context.isWrong(random) ? wrongType(random) : typeOf(value);
  // What is not a name is wrong on purpose.
  return (random.chance(0.2) ? later(answer, random.between(0, 3)) : answer) as string;
}

function wrongType(random: Random): unknown {
  return random.chance(0.5)
    ? random.pick<unknown>(['Nothing', 'Query', 'A', 'Node', 'String', 5, null])
    : wrongValue(random, 'a type');
}

function isOfType(value: unknown, type: string, context: Erratic): boolean | Promise<boolean> {
  const random = context.randomFor(`${placeOf(value)}?${type}`);
  const answer = context.isWrong(random) ? wrongValue(random, 'a check') : typeOf(value) === type;
  // What is not a boolean is wrong on purpose.
  return (random.chance(0.2) ? later(answer, random.between(0, 3)) : answer) as boolean;
}

function placeOf(value: unknown): string {
  return typeof value === 'object' && value !== null && PLACE in value ? String(value[PLACE]) : typeof value;
}

function typeOf(value: unknown): unknown {
  return typeof value === 'object' && value !== null && TYPE in value ? value[TYPE] : undefined;
}

/** After some turns of the queue of microtasks. */
async function later(value: unknown, turns: number): Promise<unknown> {
  for (let turn = 0; turn < turns; turn++) await Promise.resolve();
  return value;
}

function reject(error: unknown, turns: number): Promise<unknown> {
  const rejected = later(null, turns).then(() => {
    throw error;
  });
  // It may never be waited for.
  void Promise.allSettled([rejected]);
  return rejected;
}
