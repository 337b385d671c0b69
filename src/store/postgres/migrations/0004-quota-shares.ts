/** Of each process that makes calls to an account; changed by it several times a second while it does. */
export const QUOTA_SHARES = `
CREATE TABLE quota_shares (
  account text COLLATE "C" NOT NULL,
  holder uuid NOT NULL,
  calls integer NOT NULL,
  concurrent integer NOT NULL,
  calls_needed integer NOT NULL,
  concurrent_needed integer NOT NULL,
  callers integer NOT NULL,
  turn bigint NOT NULL,
  until timestamptz NOT NULL,
  PRIMARY KEY (account, holder)
) WITH (fillfactor = 20);
`;
