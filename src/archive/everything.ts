import type { SourceFilter } from '../datasources/message-source.ts';

/** Selects every message. */
export const EVERYTHING: SourceFilter = {
  conversationKey: null,
  participant: null,
  directions: null,
  kinds: null,
  needsText: false,
};
