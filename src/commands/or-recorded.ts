/** @throws what `work` has failed with, which is recorded then; where it cannot be, both */
export async function orRecorded<T>(work: () => Promise<T>, recordFailure: () => Promise<void>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const [recorded] = await Promise.allSettled([recordFailure()]);
    if (recorded.status === 'fulfilled') throw error;
    throw new AggregateError(
      [error, recorded.reason],
      'An erasure has failed, and that could not be recorded',
    );
  }
}
