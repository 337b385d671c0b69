/**
 * The archive. Messages are partitioned by the month in which they were sent; the gateway makes partitions as it needs them, and
 * none is made here. A unique index of a partitioned table has the column by which it is partitioned, so keys have a table
 * of their own.
 */
export const ARCHIVE = `
CREATE TABLE archive_source (
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text COLLATE "C" NOT NULL UNIQUE,
  messages bigint NOT NULL DEFAULT 0
);
CREATE TABLE archive_message (
  source integer NOT NULL,
  version integer NOT NULL,
  sent_at bigint NOT NULL,
  delisted_at bigint,
  sequence text COLLATE "C" NOT NULL,
  key text COLLATE "C" NOT NULL,
  record bytea NOT NULL,
  tokens tsvector NOT NULL,
  PRIMARY KEY (source, sent_at, sequence)
) PARTITION BY RANGE (sent_at);
CREATE INDEX archive_message_tokens ON archive_message USING gin (tokens);
CREATE TABLE archive_key (
  source integer NOT NULL,
  key text COLLATE "C" NOT NULL,
  sent_at bigint NOT NULL,
  sequence text COLLATE "C" NOT NULL,
  PRIMARY KEY (source, key)
);
CREATE INDEX archive_key_sequence ON archive_key (source, sequence);
CREATE TABLE archive_revision (
  source integer NOT NULL,
  key text COLLATE "C" NOT NULL,
  version integer NOT NULL,
  replaced_at bigint NOT NULL,
  record bytea NOT NULL,
  PRIMARY KEY (source, key, version)
);
CREATE TABLE archive_coverage (
  source integer NOT NULL, since bigint NOT NULL, until bigint NOT NULL, PRIMARY KEY (source, since)
);
CREATE TABLE archive_job (
  source integer NOT NULL, job text COLLATE "C" NOT NULL, position bytea NOT NULL, PRIMARY KEY (source, job)
);
`;
