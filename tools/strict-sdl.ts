import { Kind, parse, print, visit, type FieldDefinitionNode, type TypeNode } from 'graphql';

/** The same schema with `!` wherever `@semanticNonNull` says that null comes with an error only. */
export function toStrictSdl(sdl: string): string {
  const strict = visit(parse(sdl), {
    FieldDefinition: (field) => ({ ...field, type: toStrictType(field.type, nonNullLevels(field)) }),
  });
  return print(strict);
}

/** Depths of nesting, 0 for the field itself. */
function nonNullLevels({ directives = [] }: FieldDefinitionNode): number[] {
  const directive = directives.find(({ name }) => name.value === 'semanticNonNull');
  if (!directive) return [];
  const levels = directive.arguments?.find(({ name }) => name.value === 'levels')?.value;
  if (levels?.kind !== Kind.LIST) return [0];
  return levels.values.flatMap((value) => (value.kind === Kind.INT ? [Number(value.value)] : []));
}

function toStrictType(type: TypeNode, levels: readonly number[], level = 0): TypeNode {
  const bare = type.kind === Kind.NON_NULL_TYPE ? type.type : type;
  const inner =
    bare.kind === Kind.LIST_TYPE ? { ...bare, type: toStrictType(bare.type, levels, level + 1) } : bare;
  const isNonNull = type.kind === Kind.NON_NULL_TYPE || levels.includes(level);
  return isNonNull ? { kind: Kind.NON_NULL_TYPE, type: inner } : inner;
}
