import type { ArchiveIndex, MessageArchive } from '../../store.ts';

/** The archives of all sources. */
export interface Archives {
  /** As `ProviderStores.messageArchive`. */
  of(source: string, account: string): MessageArchive;
  /** @throws StoreError when it cannot be opened */
  index(): ArchiveIndex;
  /** Waits until everything is written. */
  close(): Promise<void>;
}
