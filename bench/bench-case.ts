/** What was measured in one process, by name; the unit is part of the name. */
export type Figures = Readonly<Record<string, number>>;

/** One of the programs, or one way to run it, that a case compares. */
export interface Variant {
  /** What it does for an answer, and what it leaves out. */
  does: string;
  /** Measures in a fresh process. */
  measure: () => Promise<Figures>;
}

export interface PreparedCase {
  variants: ReadonlyMap<string, Variant>;
  close: () => Promise<void>;
}

export interface CaseOptions {
  /** Checks that the case works, with counts too small to mean anything. */
  isQuick: boolean;
}

export interface BenchCase {
  name: string;
  title: string;
  /** Left out, or it returns null: nothing that a machine may lack. @returns what is missing */
  missing?: () => string | null;
  prepare: (options: CaseOptions) => Promise<PreparedCase>;
}
