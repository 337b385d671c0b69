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
import { withCode } from './error-code.ts';
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

const MAX_KEPT_DOCUMENTS = 1_000;
const MAX_KEPT_BYTES = 32 * 1024 * 1024;
/** The memory of a parsed document and its plan, on top of a few kilobytes for the smallest. */
const BYTES_PER_CHARACTER = 250;
const SMALLEST_BYTES = 4_096;
/** Per document; a caller that sends more mistakes sees these first. */
const MAX_ERRORS = 20;

/** A cache of documents by their text: each is parsed and validated once, also for callers that repeat it. */
export class Documents {
  readonly #schema: GraphQLSchema;
  readonly #limits: TextLimits;
  readonly #rules: readonly ValidationRule[];
  readonly #kept = new LRUCache<string, ValidDocument>({
    max: MAX_KEPT_DOCUMENTS,
    maxSize: MAX_KEPT_BYTES,
    sizeCalculation: (_document, text) => text.length * BYTES_PER_CHARACTER + SMALLEST_BYTES,
  });

  constructor(schema: GraphQLSchema, limits: TextLimits, hasIntrospection: boolean) {
    this.#schema = schema;
    this.#limits = limits;
    this.#rules = hasIntrospection ? specifiedRules : [...specifiedRules, NoSchemaIntrospectionCustomRule];
  }

  /** @throws RequestError when it exceeds a size limit, or is made to overload the parser */
  read(text: string): ValidDocument | InvalidDocument {
    const kept = this.#kept.get(text);
    if (kept) return kept;
    checkText(text, this.#limits);
    const read = this.#parse(text);
    if (!('errors' in read)) this.#kept.set(text, read);
    return read;
  }

  #parse(text: string): ValidDocument | InvalidDocument {
    let document: DocumentNode;
    try {
      document = parse(text);
    } catch (error) {
      if (error instanceof GraphQLError) return { errors: [withCode(error, 'GRAPHQL_PARSE_FAILED')] };
      throw error;
    }
    checkDocument(document, this.#schema);
    const errors = this.#validate(document);
    if (errors.length === 0) return prepare(document);
    return { errors: errors.map((error) => withCode(error, 'GRAPHQL_VALIDATION_FAILED')) };
  }

  #validate(document: DocumentNode): readonly GraphQLError[] {
    try {
      return validate(this.#schema, document, this.#rules, { maxErrors: MAX_ERRORS });
    } catch (error) {
      // graphql-js evaluates the conditions of a subscription's fields, and throws where they have variables.
      if (error instanceof GraphQLError) return [error];
      throw error;
    }
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
