import type { ArchiveEntry, ParticipantKey } from '../../src/store/store.ts';

export const CUSTOMER: ParticipantKey = { role: 'CUSTOMER', nativeId: 'anna' };

/** What a message counts as, where it does not matter. */
export const SOME_FACTS: Omit<ArchiveEntry, 'key' | 'sequence' | 'sentAt' | 'terms' | 'record'> = {
  conversation: { key: 'anna', kind: 'DIRECT' },
  participants: [CUSTOMER],
  direction: 'INBOUND',
  kind: 'TEXT',
  customer: CUSTOMER,
  agent: null,
};
