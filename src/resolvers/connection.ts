import { highlightsOf } from '../domain/search.ts';
import type {
  MessageConnectionResolvers,
  MessageEdgeResolvers,
  SourceStatusResolvers,
} from '../generated/resolvers.ts';
import { countMessages } from './total-count.ts';

export const MessageConnection: MessageConnectionResolvers = {
  totalCount: ({ selection }, _, context) => countMessages(selection, context),
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
