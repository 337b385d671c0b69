/** Changed by each holder every few seconds. */
export const LEASES = `
CREATE TABLE leases (
  name text COLLATE "C" PRIMARY KEY,
  holder uuid NOT NULL,
  token bigint NOT NULL,
  until timestamptz NOT NULL
) WITH (fillfactor = 20);
`;
