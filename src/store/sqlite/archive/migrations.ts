import type { Migrations } from '../migrations.ts';

/**
 * The archive, in a file of its own: while a page is written to it, webhooks are written to the store. Ids of messages ascend by
 * the second of sending, so that the newest messages with a term are found without sorting all of them: see `toFirstId`.
 * The index keeps no texts and no positions: which terms a message has is all that is asked.
 */
export const ARCHIVE_MIGRATIONS: Migrations = [
  `CREATE TABLE archive_source (
     id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE, messages INTEGER NOT NULL DEFAULT 0
   );
   CREATE TABLE archive_message (
     id INTEGER PRIMARY KEY,
     source INTEGER NOT NULL,
     sent_at INTEGER NOT NULL,
     sequence TEXT NOT NULL,
     key TEXT NOT NULL,
     version INTEGER NOT NULL,
     delisted_at INTEGER,
     record TEXT NOT NULL,
     UNIQUE (source, sent_at, sequence),
     UNIQUE (source, key)
   );
   CREATE INDEX archive_message_by_sequence ON archive_message (source, sequence, sent_at);
   CREATE VIRTUAL TABLE archive_terms USING fts5 (
     tokens, content = '', contentless_delete = 1, detail = none, tokenize = 'ascii'
   );
   CREATE TABLE archive_revision (
     source INTEGER NOT NULL,
     key TEXT NOT NULL,
     version INTEGER NOT NULL,
     replaced_at INTEGER NOT NULL,
     record TEXT NOT NULL,
     PRIMARY KEY (source, key, version)
   );
   CREATE TABLE archive_coverage (
     source INTEGER NOT NULL, since INTEGER NOT NULL, until INTEGER NOT NULL, PRIMARY KEY (source, since)
   ) WITHOUT ROWID;
   CREATE TABLE archive_job (
     source INTEGER NOT NULL, job TEXT NOT NULL, position TEXT NOT NULL, PRIMARY KEY (source, job)
   ) WITHOUT ROWID;`,
];
