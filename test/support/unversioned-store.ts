import { DatabaseSync } from 'node:sqlite';

/**
 * The tables as the program made them before stores had a version, each part its own, in the order in which the parts came:
 * a store of any earlier version has the first few of them. It is a copy, since this must never change.
 */
export const UNVERSIONED_TABLES = [
  'CREATE TABLE IF NOT EXISTS settings (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID',
  `CREATE TABLE IF NOT EXISTS wecom_stream (
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
    ON wecom_message (stream_id, conversation, send_time, rank);`,
  `CREATE TABLE IF NOT EXISTS tencent_chat_recall (
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
  CREATE INDEX IF NOT EXISTS whatsapp_status_by_age ON whatsapp_status (channel, changed_at);
  CREATE TABLE IF NOT EXISTS tails (channel TEXT PRIMARY KEY, since INTEGER NOT NULL, read_until INTEGER NOT NULL) WITHOUT ROWID;
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
  CREATE INDEX IF NOT EXISTS inbox_received_at ON inbox (received_at);`,
  `CREATE TABLE IF NOT EXISTS event_log (only INTEGER PRIMARY KEY CHECK (only = 1), name TEXT NOT NULL, pruned_up_to INTEGER NOT NULL)`,
  `CREATE TABLE IF NOT EXISTS audit (
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
  CREATE TABLE IF NOT EXISTS probe (only INTEGER PRIMARY KEY CHECK (only = 1), written_at INTEGER NOT NULL);`,
] as const;

/** A row of each, as a gateway could have written it. */
const ROWS: Record<string, readonly (string | number | null)[]> = {
  settings: ['secret', 'x'.repeat(32)],
  wecom_stream: [1, 'ww1', 'corp', 'cursor-9', 1_700_000_000_000, 0],
  wecom_message: [1, 1_700_000_000, 0, 'm-1', 'v-1', '{"msgid":"m-1"}'],
  tencent_chat_recall: [14, '@TOA#_1', 7, 'k-1', 1_700_000_000_000],
  whatsapp_message: [1, 'whatsapp', 'id-1', 'client-sync-message', 'stem', 0, 1_700_000_000_000],
  whatsapp_status: ['whatsapp', 'id-1', 2, 1, 1_700_000_000_000],
  tails: ['corp', 1_700_000_000_000, 1_700_000_100_000],
  events: [3, 'corp', 'message', 'm-1', '{}', 1_700_000_000_000],
  inbox: [5, 'whatsapp', 'i-1', '{}', 1_700_000_000_000, 0],
  event_log: [1, 'log-1', 2],
  audit: [1, 1_700_000_000_000, 'bi', '{}', '', 'hash'],
  audit_marks: ['head', 1, 'hash', 'seal'],
  probe: [1, 1_700_000_000_000],
};

/** Makes a store as an earlier version would have left it. @param parts how many of `UNVERSIONED_TABLES` it has */
export function makeUnversionedStore(file: string, parts: number = UNVERSIONED_TABLES.length): void {
  using database = new DatabaseSync(file);
  database.exec('PRAGMA journal_mode = WAL');
  for (const tables of UNVERSIONED_TABLES.slice(0, parts)) database.exec(tables);
  const tables = readAll(database);
  for (const [table, row] of Object.entries(ROWS)) {
    if (!(table in tables)) continue;
    database.prepare(`INSERT INTO ${table} VALUES (${row.map(() => '?').join(', ')})`).run(...row);
  }
}

/** Makes a store of the first version, with a row in every table. */
export function makeFirstVersionStore(file: string): void {
  makeUnversionedStore(file);
  using database = new DatabaseSync(file);
  database.exec('PRAGMA user_version = 1');
}

/** The rows of every table. */
export function readAll(database: DatabaseSync): Record<string, unknown[]> {
  const tables = database
    .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name")
    .all();
  return Object.fromEntries(
    tables.map(({ name }): [string, unknown[]] => [
      String(name),
      database.prepare(`SELECT * FROM ${String(name)}`).all(),
    ]),
  );
}
