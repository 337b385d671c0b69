import type { MessageConnectionResolvers, SourceStatusResolvers } from '../generated/resolvers.ts';

export const MessageConnection: MessageConnectionResolvers = {
  // No provider tells how many messages it has in a way that can be fresh.
  totalCount: () => null,
};

export const SourceStatus: SourceStatusResolvers = {
  errorCode: ({ failure }) => failure?.code ?? null,
  providerCode: ({ failure }) => failure?.providerCode ?? null,
  retryAfterSeconds: ({ failure }) => failure?.retryAfterSeconds ?? null,
};
