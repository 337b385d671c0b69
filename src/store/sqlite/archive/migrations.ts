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

  // What was kept before is dropped, and filled anew: no released version has kept any. Ids of conversations and participants are
  // not given again, so that what is read in several steps is of one of them.
  `DROP TABLE archive_source;
   DROP TABLE archive_message;
   DROP TABLE archive_terms;
   DELETE FROM archive_revision;
   DELETE FROM archive_coverage;
   DELETE FROM archive_job;
   CREATE TABLE archive_account (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE);
   CREATE TABLE archive_source (
     id INTEGER PRIMARY KEY AUTOINCREMENT,
     name TEXT NOT NULL UNIQUE,
     account INTEGER NOT NULL,
     messages INTEGER NOT NULL DEFAULT 0,
     version INTEGER NOT NULL DEFAULT 0
   );
   CREATE TABLE archive_changes (only INTEGER PRIMARY KEY CHECK (only = 1), archived_seq INTEGER NOT NULL);
   CREATE TABLE archive_message (
     id INTEGER PRIMARY KEY,
     source INTEGER NOT NULL,
     sent_at INTEGER NOT NULL,
     sequence TEXT NOT NULL,
     key TEXT NOT NULL,
     version INTEGER NOT NULL,
     delisted_at INTEGER,
     archived_seq INTEGER NOT NULL,
     conversation INTEGER NOT NULL,
     conversation_kind INTEGER NOT NULL,
     people TEXT NOT NULL,
     direction INTEGER NOT NULL,
     kind INTEGER NOT NULL,
     customer INTEGER NOT NULL,
     agent INTEGER NOT NULL,
     record BLOB NOT NULL,
     UNIQUE (source, sent_at, sequence),
     UNIQUE (source, key)
   );
   CREATE INDEX archive_message_by_sequence ON archive_message (source, sequence, sent_at);
   CREATE INDEX archive_message_conversation ON archive_message (conversation, sent_at);
   CREATE INDEX archive_message_changed ON archive_message (source, archived_seq);
   CREATE VIRTUAL TABLE archive_terms USING fts5 (
     tokens, content = '', contentless_delete = 1, detail = none, tokenize = 'ascii'
   );
   CREATE TABLE archive_conversation (
     id INTEGER PRIMARY KEY AUTOINCREMENT,
     source INTEGER NOT NULL,
     key TEXT NOT NULL,
     kind INTEGER NOT NULL,
     messages INTEGER NOT NULL,
     first_at INTEGER NOT NULL,
     last_at INTEGER NOT NULL,
     last_sequence TEXT NOT NULL,
     inbound_at INTEGER,
     inbound_sequence TEXT,
     outbound_at INTEGER,
     outbound_sequence TEXT,
     is_awaiting INTEGER NOT NULL,
     UNIQUE (source, key)
   );
   CREATE INDEX archive_conversation_last ON archive_conversation (source, last_at);
   CREATE INDEX archive_conversation_awaiting ON archive_conversation (source, last_at) WHERE is_awaiting = 1;
   CREATE TABLE archive_participant (
     id INTEGER PRIMARY KEY AUTOINCREMENT,
     account INTEGER NOT NULL,
     role INTEGER NOT NULL,
     key TEXT NOT NULL,
     UNIQUE (account, role, key)
   );
   CREATE TABLE archive_presence (
     source INTEGER NOT NULL,
     participant INTEGER NOT NULL,
     role INTEGER NOT NULL,
     messages INTEGER NOT NULL,
     first_at INTEGER NOT NULL,
     last_at INTEGER NOT NULL,
     last_sequence TEXT NOT NULL,
     PRIMARY KEY (source, participant)
   ) WITHOUT ROWID;
   CREATE INDEX archive_presence_last ON archive_presence (source, role, last_at, participant);
   CREATE TABLE archive_member (
     conversation INTEGER NOT NULL,
     participant INTEGER NOT NULL,
     source INTEGER NOT NULL,
     messages INTEGER NOT NULL,
     first_at INTEGER NOT NULL,
     last_at INTEGER NOT NULL,
     PRIMARY KEY (conversation, participant)
   ) WITHOUT ROWID;
   CREATE INDEX archive_member_participant ON archive_member (source, participant, conversation);
   CREATE TABLE archive_aggregate (
     source INTEGER NOT NULL,
     quarter INTEGER NOT NULL,
     conversation INTEGER NOT NULL,
     customer INTEGER NOT NULL,
     agent INTEGER NOT NULL,
     direction INTEGER NOT NULL,
     kind INTEGER NOT NULL,
     messages INTEGER NOT NULL,
     first_at INTEGER NOT NULL,
     last_at INTEGER NOT NULL,
     PRIMARY KEY (source, quarter, conversation, customer, agent, direction, kind)
   ) WITHOUT ROWID;`,
];
