import type { Background } from '../datasources/call-budget.ts';
import type { MessageSource } from '../datasources/message-source.ts';
import type { IsHeld } from '../domain/hold.ts';
import type { MessageArchive } from '../store/store.ts';

/** What is kept of a channel, and when. */
export interface ArchiveSettings {
  /** Unix ms, inclusive: nothing older is kept. */
  since: number;
  /** Messages come, and change, until so long after they were sent. */
  settleMs: number;
  /** What is older than so many days is not kept. Left out: it is, for ever. */
  retentionDays?: number | undefined;
}

/** A source whose history is kept. */
export interface KeptSource extends ArchiveSettings {
  /** Of the archive, as for `ProviderStores.messageArchive`. */
  name: string;
  /** The provider's own. */
  source: MessageSource;
  archive: MessageArchive;
  /** Of its calls, which are made in the background. */
  background: Background;
  /** Whether the provider tells by webhooks that there is something new. */
  isPushedTo: boolean;
  /** Which messages are kept although they are old, as of now. Left out: none. */
  readHolds?: (() => Promise<IsHeld>) | undefined;
}
