/**
 * The page cache. Unlogged: it costs no sync to disk, and is empty after a crash of the server. Found by a digest of the key, which an
 * index holds whatever its length is.
 */
export const PAGES = `
CREATE UNLOGGED TABLE pages (
  key bytea PRIMARY KEY, value bytea NOT NULL, expires bigint
);
CREATE INDEX pages_expires ON pages (expires) WHERE expires IS NOT NULL;
`;
