import { highlightsOf } from '../domain/search.ts';
import type {
  MessageConnectionResolvers,
  MessageEdgeResolvers,
  SourceStatusResolvers,
} from '../generated/resolvers.ts';

export const MessageConnection: MessageConnectionResolvers = {
  // No provider has a reliable count of its messages.
  totalCount: () => null,
};

export const MessageEdge: MessageEdgeResolvers = {
  highlights: ({ node, search }, _, { gateway, requestBudget }) =>
    search && requestBudget.enqueueWork(() => highlightsOf(gateway.masking.text(node) ?? '', search)),
};

export const SourceStatus: SourceStatusResolvers = {
  errorCode: ({ failure }) => failure?.code ?? null,
  providerCode: ({ failure }) => failure?.providerCode ?? null,
  retryAfterSeconds: ({ failure }) => failure?.retryAfterSeconds ?? null,
};
