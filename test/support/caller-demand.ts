import type { Background } from '../../src/datasources/call-budget.ts';

/** What one caller wants in one process. */
export interface CallerDemand {
  /** Null: the gateway itself. */
  caller: string | null;
  /** How many of its calls wait at a time. */
  atOnce: number;
  /** How many it makes of each of these; null: as many as it may, until the process is told to end. */
  calls: number | null;
  /** Of the gateway's work that can wait. Left out: it cannot. */
  background?: Background;
}
