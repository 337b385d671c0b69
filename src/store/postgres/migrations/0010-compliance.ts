/**
 * What must be kept, and what must not: who was erased is a keyed hash. Places in a stream are not given again, also when what stood
 * there was erased.
 */
export const COMPLIANCE = `
CREATE TABLE archive_hold (
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  reason bytea NOT NULL,
  scope bytea NOT NULL,
  placed_at bigint NOT NULL,
  released_at bigint
);
CREATE TABLE archive_erased (subject text COLLATE "C" PRIMARY KEY, until bigint NOT NULL);
ALTER TABLE wecom_stream ADD COLUMN next_rank bigint NOT NULL DEFAULT 0;
`;
