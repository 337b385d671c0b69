import type { DocumentTypeDecoration, TypedDocumentNode } from '@graphql-typed-document-node/core';

/** A typed GraphQL document, as a string or parsed; graphql-codegen and gql.tada make both. */
export type TypedDocument<TResult, TVariables> =
  | (DocumentTypeDecoration<TResult, TVariables> & string)
  | (DocumentTypeDecoration<TResult, TVariables> & { toString(): string; kind?: never })
  | TypedDocumentNode<TResult, TVariables>;

/** `graphql` prints parsed documents; it is loaded only for them. */
export async function toText(document: TypedDocument<unknown, never>): Promise<string> {
  if (typeof document === 'string' || document.kind === undefined) return document.toString();
  const { print } = await import('graphql');
  return print(document);
}
