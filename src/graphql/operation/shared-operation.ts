import { getOperationAST, Kind, visit, type ASTNode, type DocumentNode, type ExecutionArgs } from 'graphql';
import type { Variables } from './operation-walk.ts';

/** What executes an event of a subscription, for every subscriber with the same. */
export type SharedOperation = Pick<ExecutionArgs, 'schema' | 'document'> & {
  operationName: string | null;
  variableValues: Variables;
};

/**
 * The operation as far as it decides what an event shows. The arguments of a subscription's field say which events come,
 * and from where on; the event is all that its resolver gets afterwards. So variables that are used there alone are left
 * out, and what is shared cannot depend on them.
 */
export function toSharedOperation(args: ExecutionArgs): SharedOperation {
  const { schema, document, operationName = null, variableValues } = args;
  const choosing = variablesThatChoose(document, operationName);
  const variables = Object.entries(variableValues ?? {}).filter(([name]) => !choosing.has(name));
  return { schema, document, operationName, variableValues: Object.fromEntries(variables) };
}

/** Variables that are used in the arguments of the operation's only selection, and nowhere else in the document. */
function variablesThatChoose(document: DocumentNode, operationName: string | null): Set<string> {
  const [field, other] = getOperationAST(document, operationName)?.selectionSet.selections ?? [];
  if (field?.kind !== Kind.FIELD || other) return new Set();
  const everywhere = usesIn([document]);
  const inArguments = usesIn(field.arguments ?? []);
  return new Set([...inArguments.keys()].filter((name) => inArguments.get(name) === everywhere.get(name)));
}

function usesIn(nodes: readonly ASTNode[]): Map<string, number> {
  const uses = new Map<string, number>();
  for (const node of nodes) {
    visit(node, {
      VariableDefinition: () => false,
      Variable: ({ name: { value: name } }) => {
        uses.set(name, (uses.get(name) ?? 0) + 1);
      },
    });
  }
  return uses;
}
