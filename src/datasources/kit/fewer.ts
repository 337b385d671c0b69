/**
 * Asks for fewer items, half as many each time, while the answer would be too large.
 *
 * @param fetch throws what `isTooLarge` knows when so many do not fit into an answer
 * @param onHalved told of each smaller number, before it is asked for
 */
export async function askForFewer<T>(
  count: number,
  fetch: (count: number) => Promise<T>,
  isTooLarge: (error: unknown) => boolean,
  onHalved: (count: number) => void = () => undefined,
): Promise<T> {
  let asked = count;
  for (;;) {
    try {
      return await fetch(asked);
    } catch (error) {
      if (asked === 1 || !isTooLarge(error)) throw error;
      asked = Math.ceil(asked / 2);
      onHalved(asked);
    }
  }
}
