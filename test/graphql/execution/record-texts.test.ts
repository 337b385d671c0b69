import { buildSchema, parse, type GraphQLObjectType } from 'graphql';
import { expect, test } from 'vitest';
import { asCacheable } from '../../../src/gateway/cacheable.ts';
import { JsonText } from '../../../src/graphql/execution/json-text.ts';
import { PlannedExecutor } from '../../../src/graphql/execution/planned-executor.ts';
import { RecordTexts } from '../../../src/graphql/execution/record-texts.ts';

const schema = buildSchema(`
  type Query { record: Record list: [Record] other: Other }
  type Record { name: String marked: String unmarked: String chosen(by: Int): String nested: Nested failing: String }
  type Nested { name: String unmarked: String }
  type Other { name: String }
`);
let calls: string[] = [];
for (const [type, field, isMarked] of [
  ['Record', 'marked', true],
  ['Record', 'failing', true],
  ['Record', 'unmarked', false],
  ['Nested', 'unmarked', false],
] as const) {
  const resolve = (_: unknown, __: unknown, sight: string): string => {
    calls.push(field);
    if (field === 'failing') throw new Error('It fails');
    return `${field} for ${sight}`;
  };
  const { [field]: definition } = (schema.getType(type) as GraphQLObjectType).getFields();
  Object.assign(definition ?? {}, isMarked ? asCacheable(resolve) : { resolve });
}

const record = { name: 'a "name" 名', nested: { name: 'nested' } };
const rootValue = { record, list: [record, null, record], other: { name: 'other' } };

/** Asks for a document as often as there are sights. @returns the data as JSON, and what was called for each */
async function ask(query: string, sights: readonly string[]): Promise<[string, string[]][]> {
  const executor = new PlannedExecutor(({ name }) => name === 'Record');
  const document = parse(query);
  // A document is planned when it comes for the second time.
  await executor.execute({ schema, document, rootValue, contextValue: '' });
  const answers: [string, string[]][] = [];
  for (const sight of sights) {
    calls = [];
    const { data } = await executor.execute({ schema, document, rootValue, contextValue: sight, sight });
    answers.push([JSON.stringify(data), calls]);
  }
  return answers;
}

test('a record is written once for all who see the same', async () => {
  const shown = (sight: string): string =>
    `{"list":[${[0, 1, 2].map((at) => (at === 1 ? 'null' : `{"name":"a \\"name\\" 名","marked":"marked for ${sight}","nested":{"name":"nested"}}`)).join()}]}`;
  expect(await ask('{ list { name marked nested { name } } }', ['one', 'one', 'two', 'one', 'two'])).toEqual([
    [shown('one'), ['marked']],
    [shown('one'), []],
    [shown('two'), ['marked']],
    [shown('one'), []],
    [shown('two'), []],
  ]);
});

test.each([
  ['a resolver that is not marked', '{ record { unmarked } }', '{"record":{"unmarked":"unmarked for x"}}'],
  [
    'such a resolver further below',
    '{ record { nested { unmarked } } }',
    '{"record":{"nested":{"unmarked":"unmarked for x"}}}',
  ],
  ['an error', '{ record { name failing } }', '{"record":{"name":"a \\"name\\" 名","failing":null}}'],
])('what has %s is made anew each time', async (_, query, data) => {
  const [first, second] = await ask(query, ['x', 'x']);
  expect(first?.[0]).toBe(data);
  expect(first?.[1]).toHaveLength(1);
  expect(second).toEqual(first);
});

test('arguments and types that are no records are not kept', async () => {
  const executor = new PlannedExecutor(({ name }) => name === 'Record');
  for (const query of ['{ record { chosen(by: 1) } }', '{ other { name } }']) {
    const document = parse(query);
    for (const _ of [1, 2, 3]) {
      const { data } = await executor.execute({ schema, document, rootValue, sight: 'x' });
      expect(data).not.toBeInstanceOf(JsonText);
    }
  }
});

test('what is not used is dropped when too much is kept, and what is used is not', () => {
  const texts = new RecordTexts(() => true);
  const [used, unused] = [{}, {}];
  const large = new JsonText([Buffer.alloc(5 * 1024 * 1024)]);
  const fields = [] as const;
  texts.set(used, fields, 'x', large);
  texts.set(unused, fields, 'x', large);
  for (let count = 0; count < 6; count++) {
    texts.set({}, fields, 'x', large);
    expect(texts.get(used, fields, 'x')).toBe(large);
  }
  expect(texts.get(unused, fields, 'x')).toBeNull();
});

test('a selection of a record is kept for a few sights only', () => {
  const texts = new RecordTexts(() => true);
  const object = {};
  const text = new JsonText([Buffer.from('{}')]);
  const fields = [] as const;
  const sights = Array.from({ length: 9 }, (_, index) => String(index));
  for (const sight of sights) texts.set(object, fields, sight, text);
  expect(sights.map((sight) => texts.get(object, fields, sight) !== null)).toEqual([
    false,
    ...Array.from({ length: 8 }, () => true),
  ]);
});

test('texts of plans that are not kept are not kept either', async () => {
  const executor = new PlannedExecutor(({ name }) => name === 'Record');
  const document = parse(
    'query ($a: Boolean!, $b: Boolean!, $c: Boolean!) { record { name @skip(if: $a) marked @skip(if: $b) nested @skip(if: $c) { name } } }',
  );
  const shown: boolean[] = [];
  for (let round = 0; round < 10; round++) {
    const variableValues = { a: (round & 1) > 0, b: (round & 2) > 0, c: (round & 4) > 0 };
    const { data } = await executor.execute({ schema, document, rootValue, sight: 'x', variableValues });
    shown.push(data instanceof JsonText);
  }
  // The first is not planned. Four combinations are kept.
  expect(shown).toEqual([false, true, true, true, true, false, false, false, false, true]);
});
