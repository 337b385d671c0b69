/**
 * A number of a log that an attacker may have changed.
 *
 * @param text as the column is cast
 * @returns NaN for anything but a whole number, such as the empty text, which would count as 0
 */
export function toWholeNumber(text: unknown): number {
  return typeof text === 'string' && /^-?\d+$/.test(text) ? Number(text) : NaN;
}
