import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { RequestError } from '../../errors/request-error.ts';

/**
 * `{ "<id>": "query …" }`, as relay-compiler and graphql-codegen write it, or Apollo's manifest of persisted queries.
 */
const manifest = z.union([
  z
    .object({ operations: z.array(z.object({ id: z.string(), body: z.string() })) })
    .transform(({ operations }) => operations.map(({ id, body }): [string, string] => [id, body])),
  z.record(z.string(), z.string()).transform((texts) => Object.entries(texts)),
]);

/** Trusted documents (persisted queries), by their ids. */
export class TrustedDocuments {
  readonly #texts: ReadonlyMap<string, string>;

  constructor(texts: ReadonlyMap<string, string>) {
    this.#texts = texts;
  }

  /**
   * @param others that are trusted besides those of the file, by their ids
   * @throws Error when the file cannot be read or is not a manifest
   */
  static read(file: string, others: Iterable<[string, string]> = []): TrustedDocuments {
    return new TrustedDocuments(
      new Map([...manifest.parse(JSON.parse(readFileSync(file, 'utf8'))), ...others]),
    );
  }

  /**
   * @param id null when the request names none
   * @throws RequestError `FORBIDDEN`
   */
  textFor(id: string | null): string {
    const text = id === null ? undefined : this.#texts.get(id.replace(/^sha256:/, ''));
    if (text !== undefined) return text;
    throw new RequestError(
      'FORBIDDEN',
      id === null
        ? 'The gateway executes only trusted documents: send the id of one as "documentId", and no "query".'
        : 'There is no trusted document with this id.',
    );
  }
}
