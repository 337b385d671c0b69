/**
 * How often a costly property is tried: as often as it says in `npm run test:random`, which CI runs, and a third as often in
 * `npm test`, which is to end soon.
 */
export function runs(count: number): number {
  return process.env['RUNS'] === 'all' ? count : Math.ceil(count / 3);
}
