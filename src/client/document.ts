import type { DocumentTypeDecoration, TypedDocumentNode } from '@graphql-typed-document-node/core';

/** A GraphQL document that knows its types, as text or parsed; graphql-codegen and gql.tada make both. */
export type TypedDocument<TResult, TVariables> =
  | (DocumentTypeDecoration<TResult, TVariables> & string)
  | (DocumentTypeDecoration<TResult, TVariables> & { toString(): string; kind?: never })
  | TypedDocumentNode<TResult, TVariables>;

/** Documents that are parsed already are printed by `graphql`, which is loaded only for them. */
export async function toText(document: TypedDocument<unknown, never>): Promise<string> {
  if (typeof document === 'string' || document.kind === undefined) return document.toString();
  const { print } = await import('graphql');
  return print(document);
}
