/** Counts the requests of each caller over all processes, in windows of a minute that begin with its first request. */
export interface SharedCounts {
  /**
   * @param otherwise counts where the others cannot be reached
   * @returns null when the request is within the limit, else for how many ms no other one will be
   */
  count(caller: string, otherwise: () => number | null): Promise<number | null>;
}
