/**
 * What was recorded before is strand 0, with the marks that it had; a gateway of the version before may still be writing to it, so
 * it is locked first, in the order in which that one reads it. A strand's row changes with each group of its records.
 */
export const AUDIT_STRANDS = `
LOCK TABLE audit, audit_marks IN ACCESS EXCLUSIVE MODE;
CREATE TABLE audit_strands (
  id bigint PRIMARY KEY,
  name text COLLATE "C" NOT NULL UNIQUE,
  opened_at bigint NOT NULL,
  previous text COLLATE "C" NOT NULL,
  hash text COLLATE "C" NOT NULL,
  anchor_seq bigint NOT NULL,
  anchor_hash text COLLATE "C" NOT NULL,
  anchor_seal text COLLATE "C" NOT NULL,
  head_seq bigint NOT NULL,
  head_hash text COLLATE "C" NOT NULL,
  head_seal text COLLATE "C" NOT NULL
) WITH (fillfactor = 20);
INSERT INTO audit_strands
SELECT 0, '', 0, '', '', COALESCE(anchor.seq, 0), COALESCE(anchor.hash, ''), COALESCE(anchor.seal, ''),
       COALESCE(head.seq, 0), COALESCE(head.hash, ''), COALESCE(head.seal, '')
FROM (SELECT 1) AS log LEFT JOIN audit_marks AS anchor ON anchor.name = 'anchor' LEFT JOIN audit_marks AS head ON head.name = 'head'
WHERE EXISTS (SELECT 1 FROM audit) OR EXISTS (SELECT 1 FROM audit_marks);
DROP TABLE audit_marks;
CREATE TABLE audit_end (
  "only" smallint PRIMARY KEY CHECK ("only" = 1),
  strand bigint NOT NULL,
  hash text COLLATE "C" NOT NULL,
  seal text COLLATE "C" NOT NULL
);

DROP INDEX audit_at;
ALTER TABLE audit ADD COLUMN strand bigint NOT NULL DEFAULT 0;
ALTER TABLE audit ALTER COLUMN strand DROP DEFAULT, DROP CONSTRAINT audit_pkey, ADD PRIMARY KEY (strand, seq);

DROP INDEX audit_callers_by_block;
ALTER TABLE audit_callers ADD COLUMN strand bigint NOT NULL DEFAULT 0;
ALTER TABLE audit_callers ALTER COLUMN strand DROP DEFAULT,
  DROP CONSTRAINT audit_callers_pkey, ADD PRIMARY KEY (caller, strand, block);
CREATE INDEX audit_callers_by_block ON audit_callers (strand, block);
`;
