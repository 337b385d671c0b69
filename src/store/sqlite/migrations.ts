/**
 * The tables of the embedded database as a list of migrations: a store of version n has run the first n. A released
 * migration is never edited; a new one is appended. See `docs/decisions/0021-store-versions.md`.
 */
export type Migrations = readonly [string, ...string[]];

/**
 * What must never be lost. `IF NOT EXISTS` in the first: before stores had a version, each part made its own tables.
 */
export const STORE_MIGRATIONS: Migrations = [
  `CREATE TABLE IF NOT EXISTS settings (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;

   CREATE TABLE IF NOT EXISTS probe (only INTEGER PRIMARY KEY CHECK (only = 1), written_at INTEGER NOT NULL);

   CREATE TABLE IF NOT EXISTS inbox (
     id INTEGER PRIMARY KEY AUTOINCREMENT,
     channel TEXT NOT NULL,
     key TEXT NOT NULL,
     payload TEXT,
     received_at INTEGER NOT NULL,
     is_done INTEGER NOT NULL DEFAULT 0,
     UNIQUE (channel, key)
   );
   CREATE INDEX IF NOT EXISTS inbox_waiting ON inbox (channel, id) WHERE is_done = 0;
   CREATE INDEX IF NOT EXISTS inbox_received_at ON inbox (received_at);

   CREATE TABLE IF NOT EXISTS events (
     id INTEGER PRIMARY KEY AUTOINCREMENT,
     channel TEXT NOT NULL,
     type TEXT NOT NULL,
     key TEXT NOT NULL,
     payload TEXT NOT NULL,
     published_at INTEGER NOT NULL,
     UNIQUE (channel, type, key)
   );
   CREATE INDEX IF NOT EXISTS events_published_at ON events (published_at);
   CREATE TABLE IF NOT EXISTS event_log (
     only INTEGER PRIMARY KEY CHECK (only = 1), name TEXT NOT NULL, pruned_up_to INTEGER NOT NULL
   );
   CREATE TABLE IF NOT EXISTS tails (
     channel TEXT PRIMARY KEY, since INTEGER NOT NULL, read_until INTEGER NOT NULL
   ) WITHOUT ROWID;

   CREATE TABLE IF NOT EXISTS audit (
     seq INTEGER PRIMARY KEY,
     at INTEGER NOT NULL,
     caller TEXT NOT NULL,
     body TEXT NOT NULL,
     previous TEXT NOT NULL,
     hash TEXT NOT NULL
   );
   CREATE INDEX IF NOT EXISTS audit_at ON audit (at);
   CREATE TABLE IF NOT EXISTS audit_marks (
     name TEXT PRIMARY KEY, seq INTEGER NOT NULL, hash TEXT NOT NULL, seal TEXT NOT NULL
   ) WITHOUT ROWID;

   CREATE TABLE IF NOT EXISTS wecom_stream (
     id INTEGER PRIMARY KEY,
     corp_id TEXT NOT NULL,
     channel TEXT NOT NULL,
     cursor TEXT,
     caught_up_at INTEGER NOT NULL DEFAULT 0,
     is_behind INTEGER NOT NULL DEFAULT 0,
     UNIQUE (corp_id, channel)
   );
   CREATE TABLE IF NOT EXISTS wecom_message (
     stream_id INTEGER NOT NULL REFERENCES wecom_stream (id),
     send_time INTEGER NOT NULL,
     rank INTEGER NOT NULL,
     msgid TEXT NOT NULL,
     conversation TEXT NOT NULL,
     record TEXT NOT NULL,
     PRIMARY KEY (stream_id, send_time, rank),
     UNIQUE (stream_id, msgid)
   ) WITHOUT ROWID;
   CREATE INDEX IF NOT EXISTS wecom_message_by_conversation
     ON wecom_message (stream_id, conversation, send_time, rank);

   CREATE TABLE IF NOT EXISTS tencent_chat_recall (
     sdk_app_id INTEGER NOT NULL,
     official_account TEXT NOT NULL,
     message_sequence INTEGER NOT NULL,
     message_key TEXT NOT NULL,
     noted_at INTEGER NOT NULL,
     PRIMARY KEY (sdk_app_id, official_account, message_sequence, message_key)
   ) WITHOUT ROWID;

   CREATE TABLE IF NOT EXISTS whatsapp_message (
     id INTEGER PRIMARY KEY,
     channel TEXT NOT NULL,
     message_id TEXT NOT NULL,
     event TEXT NOT NULL,
     stem TEXT NOT NULL,
     ordinal INTEGER NOT NULL,
     heard_at INTEGER NOT NULL,
     UNIQUE (channel, message_id)
   );
   CREATE INDEX IF NOT EXISTS whatsapp_message_by_key ON whatsapp_message (channel, stem, ordinal);
   CREATE INDEX IF NOT EXISTS whatsapp_message_by_age ON whatsapp_message (channel, heard_at);
   CREATE TABLE IF NOT EXISTS whatsapp_status (
     channel TEXT NOT NULL,
     message_id TEXT NOT NULL,
     rank INTEGER NOT NULL,
     is_forward INTEGER NOT NULL,
     changed_at INTEGER NOT NULL,
     PRIMARY KEY (channel, message_id, rank)
   ) WITHOUT ROWID;
   CREATE INDEX IF NOT EXISTS whatsapp_status_by_age ON whatsapp_status (channel, changed_at);`,

  `CREATE TABLE credential_uses (
     channel TEXT NOT NULL,
     credential TEXT NOT NULL,
     body TEXT NOT NULL,
     expires_at INTEGER NOT NULL,
     PRIMARY KEY (channel, credential, body)
   ) WITHOUT ROWID;
   CREATE INDEX credential_uses_expires_at ON credential_uses (expires_at);

   CREATE TABLE events_forgotten (
     only INTEGER PRIMARY KEY CHECK (only = 1), published_before INTEGER NOT NULL
   );
   CREATE TABLE tail_readings (
     channel TEXT PRIMARY KEY,
     read_from INTEGER NOT NULL,
     read_until INTEGER NOT NULL,
     cursor TEXT NOT NULL
   ) WITHOUT ROWID;

   CREATE TABLE wechat_account (
     account TEXT NOT NULL,
     name TEXT NOT NULL,
     value TEXT NOT NULL,
     PRIMARY KEY (account, name)
   ) WITHOUT ROWID;

   CREATE TABLE whatsapp_detail (
     channel TEXT NOT NULL,
     message_id TEXT NOT NULL,
     speaker TEXT,
     payload TEXT NOT NULL,
     heard_at INTEGER NOT NULL,
     PRIMARY KEY (channel, message_id)
   ) WITHOUT ROWID;
   CREATE INDEX whatsapp_detail_by_age ON whatsapp_detail (channel, heard_at);
   CREATE INDEX whatsapp_detail_by_speaker ON whatsapp_detail (channel, speaker);
   CREATE TABLE whatsapp_profile (
     channel TEXT NOT NULL,
     customer TEXT NOT NULL,
     payload TEXT NOT NULL,
     heard_at INTEGER NOT NULL,
     PRIMARY KEY (channel, customer)
   ) WITHOUT ROWID;
   CREATE INDEX whatsapp_profile_by_age ON whatsapp_profile (channel, heard_at);`,

  `CREATE TABLE audit_callers (caller TEXT NOT NULL, block INTEGER NOT NULL, PRIMARY KEY (caller, block)) WITHOUT ROWID;
   CREATE INDEX audit_callers_by_block ON audit_callers (block);
   INSERT INTO audit_callers (caller, block) SELECT DISTINCT caller, seq / 128 FROM audit;`,

  // What was recorded before is strand 0, with the marks that it had.
  `CREATE TABLE audit_strands (
     id INTEGER PRIMARY KEY,
     name TEXT NOT NULL UNIQUE,
     opened_at INTEGER NOT NULL,
     previous TEXT NOT NULL,
     hash TEXT NOT NULL,
     anchor_seq INTEGER NOT NULL,
     anchor_hash TEXT NOT NULL,
     anchor_seal TEXT NOT NULL,
     head_seq INTEGER NOT NULL,
     head_hash TEXT NOT NULL,
     head_seal TEXT NOT NULL
   );
   INSERT INTO audit_strands
   SELECT 0, '', 0, '', '', COALESCE(anchor.seq, 0), COALESCE(anchor.hash, ''), COALESCE(anchor.seal, ''),
          COALESCE(head.seq, 0), COALESCE(head.hash, ''), COALESCE(head.seal, '')
   FROM (SELECT 1) LEFT JOIN audit_marks AS anchor ON anchor.name = 'anchor' LEFT JOIN audit_marks AS head ON head.name = 'head'
   WHERE EXISTS (SELECT 1 FROM audit) OR EXISTS (SELECT 1 FROM audit_marks);
   DROP TABLE audit_marks;
   CREATE TABLE audit_end (
     only INTEGER PRIMARY KEY CHECK (only = 1), strand INTEGER NOT NULL, hash TEXT NOT NULL, seal TEXT NOT NULL
   );

   ALTER TABLE audit RENAME TO earlier_audit;
   CREATE TABLE audit (
     strand INTEGER NOT NULL,
     seq INTEGER NOT NULL,
     at INTEGER NOT NULL,
     caller TEXT NOT NULL,
     body TEXT NOT NULL,
     previous TEXT NOT NULL,
     hash TEXT NOT NULL,
     PRIMARY KEY (strand, seq)
   ) WITHOUT ROWID;
   INSERT INTO audit SELECT 0, seq, at, caller, body, previous, hash FROM earlier_audit ORDER BY seq;
   DROP TABLE earlier_audit;

   ALTER TABLE audit_callers RENAME TO earlier_audit_callers;
   CREATE TABLE audit_callers (
     caller TEXT NOT NULL, strand INTEGER NOT NULL, block INTEGER NOT NULL, PRIMARY KEY (caller, strand, block)
   ) WITHOUT ROWID;
   INSERT INTO audit_callers SELECT caller, 0, block FROM earlier_audit_callers;
   DROP TABLE earlier_audit_callers;
   CREATE INDEX audit_callers_by_block ON audit_callers (strand, block);`,

  // Who was erased is a keyed hash. Places in a stream are not given again, also when what stood there was erased.
  `CREATE TABLE archive_hold (
     id INTEGER PRIMARY KEY AUTOINCREMENT,
     reason TEXT NOT NULL,
     scope TEXT NOT NULL,
     placed_at INTEGER NOT NULL,
     released_at INTEGER
   );
   CREATE TABLE archive_erased (subject TEXT PRIMARY KEY, until INTEGER NOT NULL) WITHOUT ROWID;
   ALTER TABLE wecom_stream ADD COLUMN next_rank INTEGER NOT NULL DEFAULT 0;`,
];

/** The page cache, in a file of its own. */
export const PAGES_MIGRATIONS: Migrations = [
  `CREATE TABLE IF NOT EXISTS keyv (key TEXT PRIMARY KEY, value TEXT NOT NULL, expires INTEGER) WITHOUT ROWID;
   CREATE INDEX IF NOT EXISTS keyv_expires ON keyv (expires) WHERE expires IS NOT NULL;`,
  // With row ids: pages are long, and in the index itself few of them fit beside each other.
  `DROP TABLE keyv;
   CREATE TABLE keyv (key TEXT PRIMARY KEY, value TEXT NOT NULL, expires INTEGER);
   CREATE INDEX keyv_expires ON keyv (expires) WHERE expires IS NOT NULL;`,
];
