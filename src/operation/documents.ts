import { LRUCache } from 'lru-cache';
import {
  GraphQLError,
  Kind,
  NoSchemaIntrospectionCustomRule,
  parse,
  specifiedRules,
  validate,
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type ValidationRule,
} from 'graphql';
import { checkDocument, checkText, type TextLimits } from './text-limits.ts';
import { withCoercedVariables } from './variables.ts';

/** A document that is valid, parsed once. */
export interface ValidDocument {
  /** As it was sent. */
  document: DocumentNode;
  /** With variables that are coerced already, for the guard and the executor alike. */
  executable: DocumentNode;
  operations: readonly PreparedOperation[];
  /** Of `executable`. */
  fragments: ReadonlyMap<string, FragmentDefinitionNode>;
}

export interface PreparedOperation {
  name: string | null;
  /** As it was sent. */
  definition: OperationDefinitionNode;
  executable: OperationDefinitionNode;
}

/** In GraphQL's own words. */
interface InvalidDocument {
  errors: readonly GraphQLError[];
}

/** Characters of documents that are kept parsed. */
const KEEP_CHARACTERS = 1_000_000;

/** Documents by their texts: each is parsed and validated once, also for callers that send it again and again. */
export class Documents {
  readonly #schema: GraphQLSchema;
  readonly #limits: TextLimits;
  readonly #rules: readonly ValidationRule[];
  readonly #kept = new LRUCache<string, ValidDocument | InvalidDocument>({
    maxSize: KEEP_CHARACTERS,
    sizeCalculation: (_document, text) => text.length + 1,
  });

  constructor(schema: GraphQLSchema, limits: TextLimits, hasIntrospection: boolean) {
    this.#schema = schema;
    this.#limits = limits;
    this.#rules = hasIntrospection ? specifiedRules : [...specifiedRules, NoSchemaIntrospectionCustomRule];
  }

  /** @throws RequestError when it is larger than is allowed, or made to overload */
  read(text: string): ValidDocument | InvalidDocument {
    const kept = this.#kept.get(text);
    if (kept) return kept;
    checkText(text, this.#limits);
    const read = this.#parse(text);
    this.#kept.set(text, read);
    return read;
  }

  #parse(text: string): ValidDocument | InvalidDocument {
    let document: DocumentNode;
    try {
      document = parse(text);
    } catch (error) {
      if (error instanceof GraphQLError) return { errors: [error] };
      throw error;
    }
    checkDocument(document, this.#schema);
    const errors = validate(this.#schema, document, this.#rules);
    return errors.length > 0 ? { errors } : prepare(document);
  }
}

function prepare(document: DocumentNode): ValidDocument {
  const executable = withCoercedVariables(document);
  const fragments = new Map<string, FragmentDefinitionNode>();
  const operations: PreparedOperation[] = [];
  for (const [index, definition] of executable.definitions.entries()) {
    const sent = document.definitions[index];
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
    if (definition.kind === Kind.OPERATION_DEFINITION && sent?.kind === definition.kind) {
      operations.push({ name: definition.name?.value ?? null, definition: sent, executable: definition });
    }
  }
  return { document, executable, operations, fragments };
}
