/** What a process has fetched for itself, and for those that wait. */
export interface FetchedPage {
  /** Called when others wait. */
  toText(): string;
  /** Monotonic: when the provider's answer was complete. */
  doneAt: number;
}

/** What a process that needs a page has to do. */
export type SharedFetch =
  /** It fetches the page. @see end is called once, with what the others get, or null when they have to look for themselves */
  | { isOwn: true; end: (page: FetchedPage | null) => Promise<void> }
  /** Another process has fetched it, and was done after `doneAfter`, by the monotonic clock of this one. */
  | { isOwn: false; text: string; doneAfter: number };

/** A request that waits, and how long it may. */
export interface FetchWait {
  /** Monotonic. */
  readonly deadline: number;
  readonly signal: AbortSignal;
}

/** Keeps processes from fetching the same at once. It promises nothing: what is fetched twice costs a call. */
export interface SharedFetches {
  /** Waits while another process fetches this, as long as that is likely to be sooner. */
  join(key: string, request: FetchWait): Promise<SharedFetch>;
}
