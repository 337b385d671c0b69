import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { RequestError } from '../errors.ts';

/** `{ "<id>": "query …" }`, as relay-compiler and graphql-codegen write it, or Apollo's manifest of persisted queries. */
const manifest = z.union([
  z
    .object({ operations: z.array(z.object({ id: z.string(), body: z.string() })) })
    .transform(({ operations }) => operations.map(({ id, body }): [string, string] => [id, body])),
  z.record(z.string(), z.string()).transform((texts) => Object.entries(texts)),
]);

/** As it is sent; both ways of naming a document are in use. */
const named = z.object({
  documentId: z.string().optional(),
  extensions: z
    .object({ persistedQuery: z.object({ sha256Hash: z.string() }).optional() })
    .nullish()
    .catch(null),
});

/** Documents that are known beforehand, by their ids. */
export class TrustedDocuments {
  readonly #texts: ReadonlyMap<string, string>;

  constructor(texts: ReadonlyMap<string, string>) {
    this.#texts = texts;
  }

  /** @throws Error when the file cannot be read or is no manifest */
  static read(file: string): TrustedDocuments {
    return new TrustedDocuments(new Map(manifest.parse(JSON.parse(readFileSync(file, 'utf8')))));
  }

  /**
   * @returns the document that the parameters of a request name
   * @throws RequestError `FORBIDDEN` when they name none, or one that is not known
   */
  textFor(parameters: unknown): string {
    const { documentId, extensions } = named.parse(parameters);
    const id = documentId?.replace(/^sha256:/, '') ?? extensions?.persistedQuery?.sha256Hash;
    const text = id === undefined ? undefined : this.#texts.get(id);
    if (text !== undefined) return text;
    throw new RequestError(
      'FORBIDDEN',
      id === undefined
        ? 'Only documents that are known here are executed: send the id of one as "documentId", and no "query".'
        : 'There is no document of this id here.',
    );
  }
}
