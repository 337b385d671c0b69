import { GraphQLError, parse } from 'graphql';
import { expect, test } from 'vitest';
import { withCode } from '../../../src/graphql/operation/error-code.ts';

test('an error keeps its message and its place, and gets its code', () => {
  const document = parse('{\n  shop\n}');
  const error = new GraphQLError('No', { nodes: document.definitions, extensions: { secret: 1 } });
  expect(withCode(error, 'X').toJSON()).toEqual({
    message: 'No',
    locations: [{ line: 1, column: 1 }],
    extensions: { code: 'X' },
  });
  expect(withCode(new GraphQLError('No'), 'X').toJSON()).toEqual({
    message: 'No',
    extensions: { code: 'X' },
  });
});
