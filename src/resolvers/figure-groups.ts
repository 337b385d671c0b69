/** What all figures are ordered by: groups in time by when they start, others by name. */
export interface FigureGroup {
  group: string;
  /** Unix ms; null for groups other than in time. */
  startsAt?: number | null | undefined;
}

export function compareGroups(one: FigureGroup, other: FigureGroup): number {
  const [a, b] = [one.startsAt ?? 0, other.startsAt ?? 0];
  if (a !== b) return a - b;
  if (one.group === other.group) return 0;
  return one.group < other.group ? -1 : 1;
}

/** Of messages and answers without an agent. */
export const NO_AGENT = 'NONE';
