import {
  getNamedType,
  isAbstractType,
  isCompositeType,
  OverlappingFieldsCanBeMergedRule,
  parse,
  validate,
  type GraphQLObjectType,
} from 'graphql';
import { expect, test } from 'vitest';
import { createSchema } from '../../src/schema/load.ts';
import { blocks } from '../support/code-blocks.ts';

/** Of all unions and interfaces, the fields that a query can select side by side only if it renames one. */
const MESSAGES = ['TencentChatMessage', 'WeChatMessage', 'WeComMessage', 'WhatsAppMessage'];
const CONFLICTS = [
  // Of `node`.
  'Conversation.nativeId, Participant.nativeId',
  ...MESSAGES.map((type) => `Conversation.kind, ${type}.kind`),
  ...MESSAGES.map((type) => `Participant.nativeId, ${type}.nativeId`),
  // Of parts.
  'TextPart.text, QuotePart.text',
  'MediaPart.url, LinkPart.url',
];

const schema = createSchema();

function select(
  type: GraphQLObjectType,
  names: readonly string[],
  aliases: ReadonlyMap<string, string>,
): string {
  const fields = names.map((name) => {
    const field = type.getFields()[name];
    const alias = aliases.get(`${type.name}.${name}`);
    const nested = field && isCompositeType(getNamedType(field.type)) ? ' { __typename }' : '';
    return `${alias === undefined ? '' : `${alias}: `}${name}${nested}`;
  });
  return `... on ${type.name} { ${fields.join(' ')} }`;
}

function canMerge(on: string, fragments: readonly string[]): boolean {
  const document = parse(`fragment All on ${on} { ${fragments.join(' ')} }`);
  return validate(schema, document, [OverlappingFieldsCanBeMergedRule]).length === 0;
}

test('fields of one name can be selected side by side, but for these pairs', () => {
  const conflicts = new Set<string>();
  for (const abstract of Object.values(schema.getTypeMap()).filter(isAbstractType)) {
    const types = schema.getPossibleTypes(abstract);
    for (const [index, type] of types.entries()) {
      for (const other of types.slice(index + 1)) {
        for (const name of Object.keys(type.getFields()).filter((field) => field in other.getFields())) {
          const fragments = [type, other].map((one) => select(one, [name], new Map()));
          if (!canMerge(abstract.name, fragments))
            conflicts.add(`${type.name}.${name}, ${other.name}.${name}`);
        }
      }
    }
  }
  expect([...conflicts]).toEqual(CONFLICTS);
});

test('with the names that the docs give to these, every field of every part fits into one query', () => {
  const union = schema.getType('MessagePart');
  if (!isAbstractType(union)) throw new Error('MessagePart is no union');
  const types = schema.getPossibleTypes(union);
  const everything = (aliases: ReadonlyMap<string, string>): string[] =>
    types.map((type) => select(type, Object.keys(type.getFields()), aliases));
  const documented = blocks('docs/reading.md', 'graphql').flatMap((text) =>
    [...text.matchAll(/\.\.\. on (\w+) \{\s+(\w+): (\w+)\n/g)].map(
      ([, type, alias, name]) => [`${String(type)}.${String(name)}`, String(alias)] as const,
    ),
  );
  expect(documented).toEqual([
    ['QuotePart.text', 'quotedText'],
    ['LinkPart.url', 'link'],
  ]);
  expect(canMerge(union.name, everything(new Map(documented)))).toBe(true);
  for (const [leftOut] of documented) {
    const rest = documented.filter(([field]) => field !== leftOut);
    expect(canMerge(union.name, everything(new Map(rest)))).toBe(false);
  }
});
