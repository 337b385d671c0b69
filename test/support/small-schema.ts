import { buildSchema, Kind, parse, type FragmentDefinitionNode, type OperationDefinitionNode } from 'graphql';
import type { Operation, Variables } from '../../src/graphql/operation/operation-walk.ts';

/** A schema that has one of everything that operations are looked at for. */
export const smallSchema = buildSchema(`
  directive @cost(weight: String!) on FIELD_DEFINITION
  directive @listSize(assumedSize: Int!, slicingArguments: [String!], sizedFields: [String!], limit: String) on FIELD_DEFINITION
  directive @access(scope: String, masked: Boolean) on OBJECT | INTERFACE | FIELD_DEFINITION
  scalar _Any

  type Query @access {
    shop: Shop @cost(weight: "1")
    chats(first: Int = 10, ids: [ID!]): Chats
      @cost(weight: "2") @listSize(assumedSize: 50, slicingArguments: ["first", "ids"], sizedFields: ["nodes"])
    rows(first: Int): [Row!]! @listSize(assumedSize: 500, slicingArguments: ["first"], limit: "maxRows")
    named: Named
  }
  interface Named @access { name: String }
  type Shop implements Named @access {
    name: String
    owner: String @access(scope: "participants:read")
    nickname: String @access(scope: "participants:read", masked: true)
    tags: [String!]
    chats(first: Int): Chats @cost(weight: "3") @listSize(assumedSize: 50, slicingArguments: ["first"], sizedFields: ["nodes"])
  }
  type Chats @access { nodes: [Shop!]! total: Int }
  type Row @access { id: ID! text: String @access(scope: "messages:read") }
  type Subscription @access { added: Row }
`);

/** The only operation of a document. */
export function toOperation(text: string, variables: Variables = {}): Operation {
  const { definitions } = parse(text);
  const operations = definitions.filter(
    (definition): definition is OperationDefinitionNode => definition.kind === Kind.OPERATION_DEFINITION,
  );
  const [definition] = operations;
  if (!definition || operations.length > 1) throw new Error('Expected one operation');
  const fragments = definitions.filter(
    (found): found is FragmentDefinitionNode => found.kind === Kind.FRAGMENT_DEFINITION,
  );
  return {
    schema: smallSchema,
    definition,
    fragments: new Map(fragments.map((fragment) => [fragment.name.value, fragment])),
    variables,
  };
}
