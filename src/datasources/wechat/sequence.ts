const SECOND_DIGITS = 12;

/** Unix milliseconds to the whole seconds in which the provider counts. */
export function toUnixSeconds(milliseconds: number): number {
  return Math.floor(milliseconds / 1000);
}

/** Sorts before every sequence of this second and after all those of the second before. */
export function toSecondPrefix(second: number): string {
  return String(second).padStart(SECOND_DIGITS, '0');
}

/** @param rank place among the messages of the second, from 0 */
export function toSequence(second: number, rank: number): string {
  return `${toSecondPrefix(second)}.${String(rank).padStart(6, '0')}`;
}

/**
 * For messages of which only the second has a place in the provider's order. It does not depend on the other messages
 * of the second.
 *
 * @param digest of fixed length
 * @param twin number among the records of the second that have this digest, from 0
 */
export function toDigestSequence(second: number, digest: string, twin: number): string {
  return `${toSecondPrefix(second)}.${digest}.${String(twin).padStart(6, '0')}`;
}

export function isDigestSequence(sequence: string): boolean {
  return /^\d+\.[\w-]{22}\.\d+$/.test(sequence);
}

export function isRankSequence(sequence: string): boolean {
  return /^\d+\.\d{6,}$/.test(sequence);
}

/** @returns Unix seconds */
export function secondOfSequence(sequence: string): number {
  return Number(sequence.slice(0, SECOND_DIGITS));
}
