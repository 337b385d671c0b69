import type { MessageArchive } from '../../store.ts';

/** The archives of all sources. */
export interface Archives {
  /** @throws StoreError when it cannot be opened */
  of(source: string): MessageArchive;
  /** Waits until everything is written. */
  close(): Promise<void>;
}
