/** What was begun in this turn of the event loop has come to its end. */
export async function nextTurns(count = 3): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve));
}

/** Waits for what needs no more than turns of the event loop. */
export async function turnsUntil(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isSo())) await nextTurns(1);
}
