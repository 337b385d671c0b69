import type { Counts } from './ledger.ts';

/** Everything that the terminal shows, at one moment. */
export interface Progress extends Counts {
  seconds: number;
  /** Requests that were answered. */
  answered: number;
  /** Requests that failed, with all their attempts. */
  failed: number;
  /** Deliveries that were not acknowledged at once, so that the provider sent them again. */
  repeated: number;
  reconnects: number;
  kills: number;
  replicas: readonly { name: string; isUp: boolean }[];
}

/** @returns the line of a second */
export function toLine(progress: Progress): string {
  const { seconds, answered, acknowledged, seen, lost, doubled, kills, replicas } = progress;
  const states = replicas.map(({ name, isUp }) => `${name} ${isUp ? 'up' : 'DOWN'}`).join(', ');
  return [
    `${String(seconds).padStart(4)} s`,
    `${answered} requests answered`,
    `${acknowledged} deliveries acknowledged`,
    `seen by subscribers ${seen.join(' ')}`,
    `lost ${lost}`,
    `doubled ${doubled}`,
    `kills ${kills}`,
    states,
  ].join(' | ');
}

export function isFlawless({ lost, doubled, misplaced }: Counts): boolean {
  return lost + doubled + misplaced === 0;
}

/** @param isAuditIntact whether `audit verify` found the log as it was written */
export function toSummary(progress: Progress, isAuditIntact: boolean): string {
  const { seconds, answered, failed, acknowledged, repeated, seen, reconnects, kills } = progress;
  const { lost, doubled, misplaced, replicas } = progress;
  return `
In ${seconds} s, ${replicas.length} gateways were killed ${kills} times.
  requests     ${answered} answered, ${failed} failed after all their attempts
  deliveries   ${acknowledged} acknowledged, ${repeated} of them sent again by the provider before that
  subscribers  have seen ${seen.join(', ')} of them, over ${reconnects} new connections
  lost         ${lost}
  doubled      ${doubled}
  misplaced    ${misplaced}
  audit log    ${isAuditIntact ? 'intact' : 'DAMAGED: run "audit verify"'}
${isFlawless(progress) && isAuditIntact ? 'Nothing was lost, and nothing came twice.' : 'THIS SHOULD NOT HAVE HAPPENED.'}
`;
}
