import {
  Kind,
  Lexer,
  Source,
  TokenKind,
  visit,
  type DirectiveNode,
  type DocumentNode,
  type GraphQLSchema,
} from 'graphql';
import { RequestError } from '../../errors/request-error.ts';

export interface TextLimits {
  maxTokens: number;
  /** Of selections within selections; fragments count where they are spread. */
  maxDepth: number;
  maxAliases: number;
  maxDirectives: number;
}

/** Of nested values: no client needs deeper ones, and the parser recurses into each. */
const MAX_VALUE_DEPTH = 32;

/**
 * Checks a document before it is parsed, by its tokens alone: how many there are, and how deep they nest. Text that
 * is not GraphQL passes, and the parser refuses it.
 *
 * @throws RequestError `QUERY_TOO_COMPLEX`
 */
export function checkText(text: string, limits: TextLimits): void {
  const lexer = new Lexer(new Source(text));
  const counts = { tokens: 0, aliases: 0, directives: 0 };
  const depth = { selections: 0, values: 0 };
  for (;;) {
    const kind = nextKind(lexer);
    // GraphQL counts lines from the start for the place of each error.
    checkCount('lines', lexer.token.line, limits.maxTokens);
    if (kind === null || kind === TokenKind.EOF) return;
    counts.tokens++;
    const isInValue = depth.values > 0;
    switch (kind) {
      case TokenKind.BRACE_L:
        depth[isInValue ? 'values' : 'selections']++;
        break;
      case TokenKind.BRACE_R:
        depth[isInValue ? 'values' : 'selections']--;
        break;
      case TokenKind.PAREN_L:
      case TokenKind.BRACKET_L:
        depth.values++;
        break;
      case TokenKind.PAREN_R:
      case TokenKind.BRACKET_R:
        depth.values--;
        break;
      case TokenKind.COLON:
        if (!isInValue) counts.aliases++;
        break;
      case TokenKind.AT:
        counts.directives++;
        break;
      default:
    }
    checkCount('tokens', counts.tokens, limits.maxTokens);
    checkCount('aliases', counts.aliases, limits.maxAliases);
    checkCount('directives', counts.directives, limits.maxDirectives);
    checkCount('levels of selections', depth.selections, limits.maxDepth);
    checkCount('levels of values', depth.values, MAX_VALUE_DEPTH);
  }
}

/** Per response key in one selection set; merged fragments repeat some, and no client needs more. */
const MAX_REPEATS = 20;

/**
 * Checks what validation would answer with an error for each time, or not at all: unknown or repeated directives, and
 * fields that are selected over and over.
 *
 * @throws RequestError `BAD_USER_INPUT` or `QUERY_TOO_COMPLEX`
 */
export function checkDocument(document: DocumentNode, schema: GraphQLSchema): void {
  visit(document, {
    enter: (node) => {
      if ('directives' in node) checkDirectives(node.directives, schema);
      if (node.kind !== Kind.SELECTION_SET) return;
      const repeats = new Map<string, number>();
      for (const selection of node.selections) {
        if (selection.kind !== Kind.FIELD) continue;
        const key = (selection.alias ?? selection.name).value;
        const count = (repeats.get(key) ?? 0) + 1;
        checkCount('selections of one field in one place', count, MAX_REPEATS);
        repeats.set(key, count);
      }
    },
  });
}

function checkDirectives(directives: readonly DirectiveNode[] = [], schema: GraphQLSchema): void {
  const seen = new Set<string>();
  for (const {
    name: { value: name },
  } of directives) {
    const known = schema.getDirective(name);
    if (!known) throw new RequestError('BAD_USER_INPUT', `There is no directive "@${name}".`);
    if (seen.has(name) && !known.isRepeatable)
      throw new RequestError('BAD_USER_INPUT', `The directive "@${name}" can be used once in one place.`);
    seen.add(name);
  }
}

/** @throws RequestError `QUERY_TOO_COMPLEX` */
export function checkCount(what: string, count: number, most: number): void {
  if (count > most) {
    throw new RequestError(
      'QUERY_TOO_COMPLEX',
      `The operation has more than ${most} ${what}. Request less, or send several requests.`,
    );
  }
}

function nextKind(lexer: Lexer): TokenKind | null {
  try {
    return lexer.advance().kind;
  } catch {
    // What the lexer cannot read, the parser refuses in the same place, and tells the caller where.
    return null;
  }
}
