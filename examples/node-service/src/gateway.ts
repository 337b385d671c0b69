import type { TypedDocumentString } from './gql/graphql.js';

const url = process.env['GATEWAY_URL'] ?? 'http://127.0.0.1:4000/graphql';
const apiKey = process.env['GATEWAY_API_KEY'];

/** @throws Error when there is no answer, or one with errors: data beside errors is incomplete */
export async function ask<TResult, TVariables>(
  document: TypedDocumentString<TResult, TVariables>,
  variables: TVariables,
): Promise<TResult> {
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      accept: 'application/graphql-response+json',
      'content-type': 'application/json',
      ...(apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` }),
    },
    body: JSON.stringify({ query: document.toString(), variables }),
    signal: AbortSignal.timeout(60_000),
  });
  const { data, errors = [] } = (await response.json()) as {
    data?: TResult;
    errors?: { message: string; extensions?: { code?: string } }[];
  };
  if (data && errors.length === 0) return data;
  const reasons = errors.map(({ message, extensions }) => `${extensions?.code ?? 'UNKNOWN'}: ${message}`);
  throw new Error(reasons.join('; ') || `HTTP ${response.status} without data`);
}
