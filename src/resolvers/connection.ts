import type { MessageConnectionResolvers, SourceStatusResolvers } from '../generated/resolvers.ts';

export const MessageConnection: MessageConnectionResolvers = {
  // No provider has a reliable count of its messages.
  totalCount: () => null,
};

export const SourceStatus: SourceStatusResolvers = {
  errorCode: ({ failure }) => failure?.code ?? null,
  providerCode: ({ failure }) => failure?.providerCode ?? null,
  retryAfterSeconds: ({ failure }) => failure?.retryAfterSeconds ?? null,
};
