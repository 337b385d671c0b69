/** Whether a channel can have any message that meets a condition. @param wanted left out: no condition */
export function holdsAny<T>(wanted: readonly T[] | undefined, had: readonly T[]): boolean {
  return wanted?.some((value) => had.includes(value)) ?? true;
}
