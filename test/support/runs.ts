/** Whether it is `npm run test:random`, which CI runs beside `npm test`: that one is to end soon. */
export function isThorough(): boolean {
  return process.env['RUNS'] === 'all';
}

/** How often a costly property is tried: as often as it says in `npm run test:random`, and a third as often in `npm test`. */
export function runs(count: number): number {
  return isThorough() ? count : Math.ceil(count / 3);
}
