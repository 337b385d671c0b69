/** What a process that needs a page has to do. */
export type SharedFetch =
  /** It fetches the page. @see end is called once, with what the others get, or null when there is nothing */
  | { isOwn: true; end: (text: string | null) => Promise<void> }
  /** Another process has fetched it, and was done after `doneAfter`, by the monotonic clock of this one. */
  | { isOwn: false; text: string; doneAfter: number };

/** Keeps processes from fetching the same at once. It promises nothing: what is fetched twice costs a call. */
export interface SharedFetches {
  /** Waits while another process fetches this, as long as that is likely to be sooner. */
  join(key: string): Promise<SharedFetch>;
}
