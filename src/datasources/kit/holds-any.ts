/** Whether a condition leaves anything of what a channel can have. @param wanted left out: no condition */
export function holdsAny<T>(wanted: readonly T[] | undefined, had: readonly T[]): boolean {
  return wanted?.some((value) => had.includes(value)) ?? true;
}
