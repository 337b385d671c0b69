import type { IResolvers } from '@graphql-tools/utils';
import type { ProviderModule } from '../datasources/provider.ts';

/** A provider with its part of the schema. */
export interface ServedProvider extends ProviderModule {
  /** Of the types that it adds, and of fields that it adds to those of all. */
  readonly resolvers: IResolvers;
  /** What it adds to the schema, in SDL. Left out: its file lies in `src/schema`, all of which is read. */
  readonly typeDefs?: string;
}
