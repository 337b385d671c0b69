import { buildSchema, parse } from 'graphql';
import { expect, test } from 'vitest';
import { toSharedOperation } from '../../../src/graphql/operation/shared-operation.ts';

const schema = buildSchema(`
  type Query { none: Int }
  type Subscription { added(only: Only, after: String): Added }
  input Only { channels: [String!] }
  type Added { loud(is: Boolean, of: String): String }
`);
const variableValues = { channel: 'shop', after: 'x', is: true };
const HEAD = 'subscription ($channel: String!, $after: String, $is: Boolean!)';

test.each([
  [
    'in arguments of the field alone',
    `added(only: { channels: [$channel] }, after: $after) { loud(is: $is) }`,
    ['is'],
  ],
  [
    'there and further down',
    `added(after: $after) { loud(is: $is, of: $after) }`,
    ['channel', 'after', 'is'],
  ],
  ['in a directive of the field', `added(after: $after) @include(if: $is) { loud }`, ['channel', 'is']],
  [
    'by two selections',
    `added(after: $after) { loud } ... { added(after: $after) { loud } }`,
    ['channel', 'after', 'is'],
  ],
  ['behind a fragment', `... { added(after: $after) { loud } }`, ['channel', 'after', 'is']],
])(
  'a variable is left out if it is used in arguments of the field and nowhere else: %s',
  (_, selection, kept) => {
    const document = parse(`${HEAD} { ${selection} }`);
    const shared = toSharedOperation({ schema, document, variableValues });
    expect(shared).toEqual({
      schema,
      document,
      operationName: null,
      variableValues: Object.fromEntries(
        Object.entries(variableValues).filter(([name]) => kept.includes(name)),
      ),
    });
  },
);
