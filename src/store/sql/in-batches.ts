/** Of one statement. */
const MAX_VALUES = 128;

/**
 * Some of them at a time, for a statement with a list. The last is repeated up to the next power of two, so that there are few
 * statements to prepare.
 */
export function* inBatches<T>(values: Iterable<T>): Generator<T[]> {
  let batch: T[] = [];
  for (const value of values) {
    batch.push(value);
    if (batch.length < MAX_VALUES) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield fill(batch);
}

function fill<T>(values: readonly T[]): T[] {
  const length = 2 ** Math.ceil(Math.log2(values.length));
  return [...values, ...values.slice(-1).flatMap((last) => Array<T>(length - values.length).fill(last))];
}
