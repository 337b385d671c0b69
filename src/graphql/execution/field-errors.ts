import {
  locatedError,
  responsePathAsArray,
  type FieldNode,
  type GraphQLError,
  type ResponsePath,
} from 'graphql';
import type { Shape } from './plan.ts';

/** The errors of one execution, without those below a position that an earlier error has made null. */
export class FieldErrors {
  readonly all: GraphQLError[] = [];
  /** How many positions were made null, also those below one that was null already. */
  failures = 0;
  /** Undefined stands for the whole answer. */
  readonly #nulled = new Set<ResponsePath | undefined>();

  /** @param path the position that the error makes null: the very object that the paths below it lead to */
  add(error: GraphQLError, path: ResponsePath | undefined): void {
    if (this.#isNulled(path)) return;
    this.#nulled.add(path);
    this.all.push(error);
  }

  /**
   * Makes the position null.
   *
   * @throws GraphQLError the error with its place, when the position may not be null
   */
  handle(thrown: unknown, nodes: readonly FieldNode[], path: ResponsePath, { isNonNull }: Shape): null {
    this.failures++;
    const error = locatedError(thrown, nodes, responsePathAsArray(path));
    if (isNonNull) throw error;
    this.add(error, path);
    return null;
  }

  #isNulled(path: ResponsePath | undefined): boolean {
    for (let at = path; at !== undefined; at = at.prev) if (this.#nulled.has(at)) return true;
    return this.#nulled.has(undefined);
  }
}
