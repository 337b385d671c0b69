/**
 * What waits in each process, and the permits that it has not fetched. A program that does not know them has a share as
 * before, which counts for the others.
 */
export const QUOTA_PERMITS = `
ALTER TABLE quota_shares
  ADD COLUMN waiting jsonb NOT NULL DEFAULT '[]',
  ADD COLUMN permits jsonb NOT NULL DEFAULT '[]',
  ADD COLUMN asks_every_ms integer NOT NULL DEFAULT 0;
CREATE TABLE quota_rotations (
  account text COLLATE "C" PRIMARY KEY,
  callers jsonb NOT NULL
) WITH (fillfactor = 20);
`;
