import { z } from 'zod';
import { RequestError } from '../../errors/request-error.ts';
import type { Variables } from './operation-walk.ts';

/** A request to execute, as it was sent over any transport. */
export interface OperationParameters {
  query: string | null;
  /** The id of a trusted document. */
  documentId: string | null;
  operationName: string | null;
  variables: Variables;
  extensions: Readonly<Record<string, unknown>> | null;
}

/** The very object that was parsed: a copy could omit what an executor would see. */
const jsonObject = z.custom<Readonly<Record<string, unknown>>>(isJsonObject, 'must be an object');

const parameters = z.object({
  query: z.string('must be a string').nullish(),
  documentId: z.string('must be a string').nullish(),
  operationName: z.string('must be a string').nullish(),
  variables: jsonObject.nullish(),
  extensions: jsonObject.nullish(),
});
/** Clients reference a document in two ways; this is Apollo's. */
const persisted = z.object({ persistedQuery: z.object({ sha256Hash: z.string() }) });

/**
 * Checks the shape of a GraphQL request, and no more.
 *
 * @throws RequestError `BAD_USER_INPUT`
 */
export function readParameters(received: Readonly<Record<string, unknown>>): OperationParameters {
  const { success, data, error } = parameters.safeParse(received);
  if (!success) {
    const problems = error.issues.map(({ path, message }) => `"${path.join('.')}" ${message}`);
    throw new RequestError('BAD_USER_INPUT', `The request is invalid: ${problems.join('; ')}.`);
  }
  const { query = null, documentId, operationName, variables, extensions } = data;
  return {
    query,
    documentId: documentId ?? persisted.safeParse(extensions).data?.persistedQuery.sha256Hash ?? null,
    operationName: operationName ?? null,
    variables: variables ?? {},
    extensions: extensions ?? null,
  };
}

export function isJsonObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
