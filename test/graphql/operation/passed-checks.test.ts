import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ANONYMOUS, SCOPES, type Caller } from '../../../src/access/caller.ts';
import { readFieldPolicies } from '../../../src/graphql/field-policy.ts';
import { OperationGuard } from '../../../src/graphql/operation/operation-guard.ts';
import { PassedChecks } from '../../../src/graphql/operation/passed-checks.ts';
import { smallSchema, toOperation } from '../../support/small-schema.ts';

const limits = {
  maxTokens: 200,
  maxDepth: 6,
  maxAliases: 9,
  maxDirectives: 9,
  maxPageSize: 100,
  maxRows: 1_000,
  maxCalls: 10,
  maxItems: 100,
};
const createGuard = (): OperationGuard =>
  new OperationGuard(smallSchema, readFieldPolicies(smallSchema), limits, true);

const query = `query ($first: Int, $ids: [ID!], $isOwner: Boolean!, $isCheap: Boolean = false, $below: Int = 2) {
  chats(first: $first, ids: $ids) { nodes { name owner @include(if: $isOwner) chats(first: $below) @skip(if: $isCheap) { total nodes { name } } } }
}`;
const size = fc.option(fc.oneof(fc.integer({ min: -1, max: 4 }), fc.integer({ min: 90, max: 120 })));
const request = fc.record({
  scopes: fc.subarray([...SCOPES]),
  variables: fc.record(
    {
      first: size,
      ids: fc.option(fc.array(fc.string({ maxLength: 3 }), { maxLength: 60 })),
      isOwner: fc.boolean(),
      isCheap: fc.boolean(),
      below: size,
    },
    { requiredKeys: ['isOwner'] },
  ),
});

function outcomeOf(
  guard: OperationGuard,
  { scopes, variables }: { scopes: Caller['scopes']; variables: object },
): unknown {
  try {
    const verdict = guard.check(
      { query, operationName: null, variables: { ...variables } },
      { ...ANONYMOUS, scopes },
    );
    return { variables: verdict.operation?.variableValues, ...(verdict.operation && { cost: verdict.cost }) };
  } catch (error) {
    return { error };
  }
}

test('a guard that has let others pass judges each request as a new guard does', () => {
  const outcomes = new Set<string>();
  fc.assert(
    fc.property(fc.array(request, { minLength: 2, maxLength: 30 }), (requests) => {
      const guard = createGuard();
      for (const { scopes, variables } of requests) {
        const each = { scopes: new Set(scopes), variables };
        const outcome = outcomeOf(guard, each);
        expect(outcome).toEqual(outcomeOf(createGuard(), each));
        outcomes.add(Object.keys(outcome as object)[0] ?? '');
      }
    }),
    { numRuns: 30 },
  );
  expect(outcomes).toEqual(new Set(['variables', 'error']));
});

test('what passed is not checked again, whatever its texts are; what was refused is', () => {
  const checks = new PassedChecks<number>();
  const { definition } = toOperation('{ shop { name } }');
  const operation = { name: null, definition, executable: definition };
  let count = 0;
  const run = (variables: Record<string, unknown>, scopes = ANONYMOUS.scopes): number =>
    checks.run(operation, variables, { ...ANONYMOUS, scopes }, () => {
      count++;
      if (variables['$first'] === 1_000) throw new Error('Too costly');
      return count;
    });
  for (const after of ['a', 'b', 'c']) expect(run({ $first: 10, $after: after, $ids: [after] })).toBe(1);
  expect(count).toBe(1);
  run({ $first: 10, $after: null, $ids: ['a'] });
  run({ $first: 10, $ids: ['a'] });
  run({ $first: 10, $after: 'a', $ids: ['a', 'b'] });
  run({ $first: 10, $after: 'a', $ids: ['a'] }, new Set(['messages:read']));
  expect(count).toBe(5);
  for (let attempt = 0; attempt < 2; attempt++)
    expect(() => {
      run({ $first: 1_000 });
    }).toThrow('Too costly');
  expect(count).toBe(7);
});
