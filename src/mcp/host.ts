import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { TypedDocumentString } from '../generated/mcp.ts';

/** A reviewed document; a gateway that executes only trusted ones knows it by its id. */
export type Document<Data, Variables> = TypedDocumentString<Data, Variables>;

/** An error as GraphQL's answers have it. */
export const shownError = z
  .object({
    message: z.string(),
    extensions: z.object({ code: z.string(), retryAfterSeconds: z.number().optional() }),
  })
  .transform(({ message, extensions: { code, retryAfterSeconds = null } }) => ({
    message,
    code,
    retryAfterSeconds,
  }));
export type ShownError = z.output<typeof shownError>;

/** What an operation found, in the shape of its document, or why not: an answer with errors is not shown. */
export type Answer = { data: unknown; errors: null } | { data: null; errors: readonly ShownError[] };

/** Answers operations as the gateway answers the same caller over `/graphql`. */
export interface Host {
  /** @throws when the caller may make no more calls for now */
  admitCall(): void;
  /**
   * @param signal aborted when the client no longer wants the answer
   * @throws what `describe` describes
   */
  execute(document: Document<unknown, never>, variables: object, signal: AbortSignal): Promise<Answer>;
  /** What the client may see of an error. */
  describe(error: unknown): ShownError;
  /** Called once for each call. */
  ended(tool: string, outcome: 'OK' | 'ERROR'): void;
}

/** The parameters of GraphQL over HTTP, for a gateway with trusted documents and for one without. */
export function toParameters(
  document: Document<unknown, never>,
  variables: object,
): { documentId: string; query: string; variables: object } {
  return { documentId: idOf(document), query: document.toString(), variables };
}

/** @returns the SHA-256 of its text, as generators of manifests make it */
export function idOf(document: Document<unknown, never>): string {
  return createHash('sha256').update(document.toString()).digest('hex');
}
