import type { FastifyRequest } from 'fastify';
import { RequestError } from '../errors/request-error.ts';
import { isJsonObject } from '../graphql/operation/parameters.ts';

/** In a URL they are JSON. */
const JSON_PARAMETERS = ['variables', 'extensions'];

/**
 * The parameters of GraphQL over HTTP: in the body of a POST, in the URL of a GET. Ambiguous requests are refused.
 *
 * @throws RequestError `BAD_USER_INPUT`
 */
export function readRequestParameters(request: FastifyRequest): Record<string, unknown> {
  if (request.method === 'POST') {
    if (isJsonObject(request.body)) return request.body;
    throw new RequestError(
      'BAD_USER_INPUT',
      'The body must be one JSON object such as { "query": "…" }, sent as application/json.',
    );
  }
  const { searchParams } = new URL(request.url, 'http://gateway');
  const names = new Set<string>();
  for (const name of searchParams.keys()) {
    if (names.has(name)) {
      const shown = JSON.stringify(name.slice(0, 100));
      throw new RequestError('BAD_USER_INPUT', `The URL has ${shown} more than once.`);
    }
    names.add(name);
  }
  return Object.fromEntries(
    [...searchParams].map(([name, value]) => [
      name,
      JSON_PARAMETERS.includes(name) ? parseJson(name, value) : value,
    ]),
  );
}

/** Forms send an empty field as an empty string. */
function parseJson(name: string, text: string): unknown {
  if (text === '') return null;
  try {
    return JSON.parse(text);
  } catch {
    throw new RequestError('BAD_USER_INPUT', `"${name}" in the URL is no JSON.`);
  }
}
