import { composeServices } from '@apollo/composition';
import { parse } from 'graphql';

export interface Subgraph {
  name: string;
  url: string;
}

/**
 * Asks each subgraph for its schema and composes them.
 *
 * @returns the supergraph's SDL
 * @throws Error with everything that does not fit together
 */
export async function composeSupergraph(
  subgraphs: readonly Subgraph[],
  headers: Record<string, string> = {},
): Promise<string> {
  const services = await Promise.all(
    subgraphs.map(async ({ name, url }) => ({ name, url, typeDefs: parse(await fetchSdl(url, headers)) })),
  );
  const { supergraphSdl, errors } = composeServices(services);
  if (errors) {
    const problems = errors.map(({ message }) => `  - ${message}`).join('\n');
    throw new Error(`The subgraphs do not compose:\n${problems}`);
  }
  return supergraphSdl;
}

/** The SDL that a subgraph gives of itself. */
export async function fetchSdl(url: string, headers: Record<string, string> = {}): Promise<string> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify({ query: '{ _service { sdl } }' }),
  });
  const { data } = (await response.json()) as { data?: { _service: { sdl: string } } };
  if (!data) throw new Error(`${url} does not give its schema (HTTP ${response.status})`);
  return data._service.sdl;
}
