import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import {
  createSourceEventStream,
  buildSchema,
  getOperationAST,
  GraphQLError,
  OperationTypeNode,
  parse,
  type DocumentNode,
  type ExecutionResult,
  type GraphQLSchema,
} from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createExecutor, type Executor } from '../../../src/graphql/execution/executor.ts';
import { JsonText } from '../../../src/graphql/execution/json-text.ts';
import { PlannedExecutor } from '../../../src/graphql/execution/planned-executor.ts';
import { coerceVariables, withCoercedVariables } from '../../../src/graphql/operation/variables.ts';
import { createSchema } from '../../../src/schema/load.ts';
import { createAwkwardSchema } from '../../support/awkward-schema.ts';
import { Erratic, makeErratic } from '../../support/erratic-schema.ts';
import { randomOperation } from '../../support/random-operation.ts';

const OPERATIONS = Number(process.env['OPERATIONS'] ?? 120);
const SEED = Number(process.env['OPERATIONS_SEED'] ?? Date.now() % 1_000_000_000);
const RATES = [0, 0.02, 0.1, 0.4];

const reference = createExecutor('graphql-js');
const planned = createExecutor('planned');
/** Keeps the text of everything that it may keep. */
const writing: Executor = (() => {
  const executor = createExecutor('planned', () => true);
  return { execute: (args) => executor.execute({ ...args, sight: 'all' }) };
})();

/** Answers that have a text in them. */
let written = 0;
/** Rejections that have no handler end a process. */
let unhandled: unknown[] = [];
const note = (reason: unknown): void => void unhandled.push(reason);
const others = process.listeners('unhandledRejection');
beforeAll(() => {
  process.removeAllListeners('unhandledRejection').on('unhandledRejection', note);
});
afterAll(() => {
  process.off('unhandledRejection', note);
  for (const listener of others) process.on('unhandledRejection', listener);
});

describe.each([
  ['a schema that is awkward in every way', makeErratic(createAwkwardSchema())],
  ["the gateway's schema", makeErratic(createSchema())],
])('%s', (_, schema) => {
  test(
    `graphql-js and the planned executor give the same answers, and call the same resolvers (seed ${SEED})`,
    async () => {
      const outcomes = { whole: 0, failed: 0 };
      written = 0;
      await fc.assert(
        fc.asyncProperty(fc.nat(), async (seed) => {
          outcomes[await compare(schema, seed)]++;
        }),
        { seed: SEED, numRuns: OPERATIONS / 2, endOnFailure: true },
      );
      console.info(`Executors, seed ${SEED}:`, outcomes);
      expect(Math.min(outcomes.whole, outcomes.failed)).toBeGreaterThan(OPERATIONS / 10);
      expect(written).toBeGreaterThan(OPERATIONS / 10);
    },
    60_000 + OPERATIONS * 60,
  );
});

test('variables of a recursive input type are coerced and passed on', async () => {
  const schema = createAwkwardSchema();
  const echo = schema.getQueryType()?.getFields()['echo'];
  if (!echo) throw new Error('The schema has changed');
  echo.resolve = (_, args) => JSON.stringify(args);
  const document = parse('query ($nested: Nested) { echo(nested: $nested, list: [{ nested: $nested }]) }');
  const variableValues = { nested: { nested: { nested: { number: 1 } } } };
  const expected = await reference.execute({ schema, document, variableValues });
  expect(expected.errors).toBeUndefined();
  await introduce(schema, document);
  expect(await planned.execute({ schema, document, variableValues })).toEqual(expected);
});

test('conditions have their say in each execution, however many combinations there are', async () => {
  const schema = buildSchema('type Query { text: String }');
  const names = ['a', 'b', 'c', 'd', 'e'];
  const document = parse(
    `query (${names.map((name) => `$${name}: Boolean!`).join(' ')}) { ${names.map((name) => `${name}: text @include(if: $${name})`).join(' ')} }`,
  );
  for (const round of [1, 2]) {
    for (let bits = 0; bits < 2 ** names.length; bits++) {
      const variableValues = Object.fromEntries(
        names.map((name, index) => [name, (bits >> index) % 2 === 1]),
      );
      const { data } = await planned.execute({
        schema,
        document,
        variableValues,
        rootValue: { text: round },
      });
      const included = names.filter((name) => variableValues[name]);
      expect(Object.keys(data ?? {})).toEqual(included);
    }
  }
});

test.each([
  ['a mutation', 'mutation { a: set b: set }', undefined],
  ['several operations without a name', 'query A { text } query B { text }', undefined],
  ['an operation that there is not', 'query A { text }', 'B'],
  ['a variable of a wrong type', 'query ($text: Int!) { echo(text: $text) }', undefined],
])('%s is answered as graphql-js does', async (_, text, operationName) => {
  const schema = buildSchema('type Query { text: String echo(text: Int): Int } type Mutation { set: Int }');
  let count = 0;
  const rootValue = { set: () => ++count, text: 'text' };
  const args = { schema, document: parse(text), operationName, rootValue, variableValues: { text: 'x' } };
  const expected = await reference.execute(args);
  count = 0;
  await introduce(schema, args.document);
  expect(await planned.execute(args)).toEqual(expected);
});

test('a document is planned when it comes for the second time', async () => {
  const schema = buildSchema('type Query { value: Int }');
  const document = parse('{ value }');
  const planning = new PlannedExecutor();
  const prototypes = [];
  for (let count = 0; count < 3; count++) {
    const { data } = await planning.execute({ schema, document, rootValue: { value: count } });
    expect({ ...data }).toEqual({ value: count });
    prototypes.push(Object.getPrototypeOf(data));
  }
  // The reference makes objects without a prototype.
  expect(prototypes.map((prototype) => prototype === null)).toEqual([true, false, false]);
});

test('a document that is executed on another schema is planned for that', async () => {
  const document = parse('{ value }');
  for (const type of ['Int', 'Int', 'String', 'Int']) {
    const schema = buildSchema(`type Query { value: ${type} }`);
    const { data } = await planned.execute({ schema, document, rootValue: { value: '1' } });
    expect(data).toEqual({ value: type === 'Int' ? 1 : '1' });
  }
});

test('rejections in a list that has failed already are handled', async () => {
  const schema = buildSchema('type Query { texts: [Item!] } type Item { text: String! }');
  const late = (): Promise<never> => Promise.resolve().then(() => Promise.reject(new Error('late')));
  const document = parse('{ texts { text } }');
  await introduce(schema, document);
  unhandled = [];
  const { errors } = await planned.execute({
    schema,
    document,
    rootValue: { texts: [{ text: late }, { text: null }, { text: late }] },
  });
  await new Promise(setImmediate);
  expect(errors?.map(({ path }) => path)).toEqual([['texts', 1, 'text']]);
  expect(unhandled).toEqual([]);
});

async function compare(schema: GraphQLSchema, seed: number): Promise<'whole' | 'failed'> {
  const { text, document: sent, operationName, variables } = randomOperation(schema, seed);
  const isCoerced = seed % 2 === 0;
  const document = isCoerced ? withCoercedVariables(sent) : sent;
  const rate = RATES[seed % RATES.length] ?? 0;
  let outcome: 'whole' | 'failed' = 'whole';
  await introduce(schema, document);
  // Once with a new plan, and then with one that is kept.
  for (const [round, raw] of variables.entries()) {
    const values = isCoerced ? coerce(schema, sent, raw) : raw;
    if (!values) continue;
    const operation = { schema, document, operationName, variables: values, seed: seed + round, rate };
    unhandled = [];
    const expected = await observe(reference, operation);
    const known = unhandled.length;
    unhandled = [];
    const actual = await observe(planned, operation);
    if (!isDeepStrictEqual(actual, expected)) {
      expect({ text, values, ...actual }).toEqual({ text, values, ...expected });
      throw new Error(`The answers differ in a way that cannot be shown: ${text}`);
    }
    // Its default type resolver leaves some, which both use.
    expect(unhandled.length).toBeLessThanOrEqual(known);
    // Nothing of the gateway's is what JSON has not.
    if (expected.results.every(({ json }) => json !== null)) {
      const asText = await observe(writing, operation);
      expect(toJson(asText.results)).toEqual(toJson(expected.results));
      expect(asText.calls).toEqual(expected.calls);
    }
    if (expected.hasErrors) outcome = 'failed';
  }
  return outcome;
}

/** A document is planned when it is executed for the second time. */
async function introduce(schema: GraphQLSchema, document: DocumentNode): Promise<void> {
  for (const { execute } of [planned, writing]) await execute({ schema, document, operationName: 'Nothing' });
}

/** What a client gets. */
function toJson(results: readonly ObservedResult[]): unknown {
  return results.map(({ json, errors }) => ({ json: json && (JSON.parse(json) as unknown), errors }));
}

/** @returns null for what has a BigInt in it */
function writeJson(value: unknown): string | null {
  const bigInts: bigint[] = [];
  const json = JSON.stringify({ value }, (_, member: unknown) => {
    if (typeof member !== 'bigint') return member;
    bigInts.push(member);
    return null;
  });
  return bigInts.length > 0 ? null : json;
}

function coerce(
  schema: GraphQLSchema,
  document: DocumentNode,
  sent: Record<string, unknown>,
): Readonly<Record<string, unknown>> | null {
  const definition = getOperationAST(document, 'Main');
  if (!definition) throw new Error('There is no operation');
  const coerced = coerceVariables(schema, definition, sent);
  return coerced.errors ? null : coerced.values;
}

interface ObservedResult {
  keys: string[];
  data: unknown;
  errors: unknown;
  json: string | null;
}

interface Observed {
  isSubscription: boolean;
  isSync: boolean;
  hasErrors: boolean;
  results: ObservedResult[];
  thrown: unknown;
  calls: unknown;
}

async function observe(
  { execute }: Executor,
  {
    schema,
    document,
    operationName,
    variables,
    seed,
    rate,
  }: {
    schema: GraphQLSchema;
    document: DocumentNode;
    operationName: string | null;
    variables: Readonly<Record<string, unknown>>;
    seed: number;
    rate: number;
  },
): Promise<Observed> {
  const context = new Erratic(seed, rate);
  const args = { schema, document, operationName, variableValues: variables, contextValue: context };
  const isSubscription = getOperationAST(document, 'Main')?.operation === OperationTypeNode.SUBSCRIPTION;
  const results: ExecutionResult[] = [];
  let isSync = false;
  let thrown: unknown = null;
  if (isSubscription) {
    try {
      const events = await createSourceEventStream(args);
      if (Symbol.asyncIterator in events)
        for await (const rootValue of events) results.push(await execute({ ...args, rootValue }));
      else results.push(events);
    } catch (error) {
      thrown = describeError(error);
    }
  } else {
    const result = execute(args);
    isSync = !(result instanceof Promise);
    results.push(await result);
  }
  if (results.some(({ data }) => data instanceof JsonText)) written++;
  // What goes on after the answer.
  await new Promise(setImmediate);
  return {
    isSubscription,
    isSync,
    hasErrors: results.some(({ errors }) => errors !== undefined),
    results: results.map((result) => ({
      keys: Object.keys(result),
      data: inOrder(result.data),
      json: writeJson(result.data),
      errors: result.errors?.map(describeError),
    })),
    thrown,
    calls: inOrder(context.calls),
  };
}

/** With the order of keys, and whatever the prototypes. */
function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder);
  if (typeof value === 'function') return 'a function';
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  return { entries: Object.entries(value).map(([key, member]) => [key, inOrder(member)]) };
}

function describeError(error: unknown): unknown {
  if (!(error instanceof Error)) return { thrown: error };
  const { name, message } = error;
  if (!(error instanceof GraphQLError)) return { name, message };
  const { path, locations, extensions, nodes, originalError } = error;
  return {
    name,
    message,
    path,
    locations,
    extensions: inOrder(extensions),
    nodes: nodes?.map(({ kind, loc }) => `${kind} at ${loc?.start}`),
    originalError: originalError && describeError(originalError),
    json: inOrder(error.toJSON()),
  };
}
