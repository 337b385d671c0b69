/**
 * When a message was sent, for who reads tables with SQL. The same expression stands in the views, in an index, and in what each month
 * promises, so that the server knows it again.
 *
 * @param unixMs an expression
 * @returns one of type timestamptz, exact to the millisecond
 */
export function toMoment(unixMs: string): string {
  return `to_timestamp(${unixMs}::double precision / 1000)`;
}
