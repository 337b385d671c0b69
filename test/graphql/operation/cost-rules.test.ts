import { buildSchema } from 'graphql';
import { expect, test } from 'vitest';
import { readCostRules } from '../../../src/graphql/operation/cost-rules.ts';
import { smallSchema } from '../../support/small-schema.ts';

test('the rules are what the directives say, with what they leave out, and nothing of other fields', () => {
  const rules = readCostRules(smallSchema);
  const fields = smallSchema.getQueryType()?.getFields() ?? {};
  const ruleOf = (name: string): unknown => {
    const field = fields[name];
    return field && rules.get(field);
  };
  expect(ruleOf('shop')).toEqual({ weight: 1, listSize: null });
  expect(ruleOf('chats')).toEqual({
    weight: 2,
    listSize: {
      slicingArguments: ['first', 'ids'],
      assumedSize: 50,
      sizedFields: ['nodes'],
      limit: 'maxPageSize',
    },
  });
  expect(ruleOf('rows')).toEqual({
    weight: 0,
    listSize: { slicingArguments: ['first'], assumedSize: 500, sizedFields: [], limit: 'maxRows' },
  });
  expect(ruleOf('named')).toBeUndefined();
  expect(rules.size).toBe(4);
});

test.each([
  '@cost(weight: "much")',
  '@cost(weight: "-1")',
  '@listSize(assumedSize: -1)',
  '@listSize(assumedSize: 1, limit: "x")',
])('a schema with %s is refused', (directive) => {
  const schema = buildSchema(`
      directive @cost(weight: String!) on FIELD_DEFINITION
      directive @listSize(assumedSize: Int!, limit: String) on FIELD_DEFINITION
      type Query { a: Int ${directive} }
    `);
  expect(() => readCostRules(schema)).toThrow();
});
