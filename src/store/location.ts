/** Whether a store's location names a database of a PostgreSQL server. */
export function isPostgres(location: string): boolean {
  return /^postgres(?:ql)?:/.test(location);
}

/** A location as it may be shown: of a server's, neither its user nor its password, nor any parameter. */
export function toShownLocation(location: string): string {
  if (!isPostgres(location)) return location;
  // An error of `URL` quotes the whole text.
  if (!URL.canParse(location)) return 'postgres:';
  const { host, pathname, searchParams } = new URL(location);
  return `postgres://${searchParams.get('host') ?? host}${pathname}`;
}
