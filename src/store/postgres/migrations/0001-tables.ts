/**
 * The tables of `sqlite/migrations.ts`, with the same columns; flags are 0 or 1 as there. Texts are compared by their bytes, in
 * every locale. What may be sealed is bytes.
 */
export const TABLES = `
CREATE TABLE settings (name text COLLATE "C" PRIMARY KEY, value bytea NOT NULL);

CREATE TABLE probe ("only" smallint PRIMARY KEY CHECK ("only" = 1), written_at bigint NOT NULL);

-- One row in an encrypted store, none in another.
CREATE TABLE encryption ("only" smallint PRIMARY KEY DEFAULT 1 CHECK ("only" = 1), sealed bytea NOT NULL);

-- Locked by units that change the same, and how often that was.
CREATE TABLE topics (name text COLLATE "C" PRIMARY KEY, version bigint NOT NULL) WITH (fillfactor = 10);

CREATE TABLE inbox (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  channel text COLLATE "C" NOT NULL,
  key text COLLATE "C" NOT NULL,
  payload bytea,
  received_at bigint NOT NULL,
  is_done smallint NOT NULL DEFAULT 0,
  UNIQUE (channel, key)
);
CREATE INDEX inbox_waiting ON inbox (channel, id) WHERE is_done = 0;
CREATE INDEX inbox_received_at ON inbox (received_at);
CREATE TABLE credential_uses (
  channel text COLLATE "C" NOT NULL,
  credential text COLLATE "C" NOT NULL,
  body text COLLATE "C" NOT NULL,
  expires_at bigint NOT NULL,
  PRIMARY KEY (channel, credential, body)
);
CREATE INDEX credential_uses_expires_at ON credential_uses (expires_at);

-- Ids come from append_events.
CREATE TABLE events (
  id bigint PRIMARY KEY,
  channel text COLLATE "C" NOT NULL,
  type text COLLATE "C" NOT NULL,
  key text COLLATE "C" NOT NULL,
  payload bytea NOT NULL,
  published_at bigint NOT NULL,
  UNIQUE (channel, type, key)
);
CREATE INDEX events_published_at ON events (published_at);
CREATE TABLE event_log (
  "only" smallint PRIMARY KEY CHECK ("only" = 1),
  name uuid NOT NULL,
  pos bigint NOT NULL DEFAULT 0,
  pruned_up_to bigint NOT NULL,
  timeline integer
) WITH (fillfactor = 10);
CREATE TABLE events_forgotten (
  "only" smallint PRIMARY KEY CHECK ("only" = 1), published_before bigint NOT NULL
);
CREATE TABLE tails (
  channel text COLLATE "C" PRIMARY KEY, since bigint NOT NULL, read_until bigint NOT NULL
);
CREATE TABLE tail_readings (
  channel text COLLATE "C" PRIMARY KEY,
  read_from bigint NOT NULL,
  read_until bigint NOT NULL,
  cursor bytea NOT NULL
);

-- Ids follow the order of commits: the row of event_log is locked until the transaction ends, and the statements after it see
-- what was committed before. A server that was promoted, or restored, may have lost the newest events, whose ids subscribers
-- have seen: they are not given again.
CREATE FUNCTION append_events(new_events jsonb, moment bigint) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
  current_timeline integer := ('x' || left(pg_walfile_name(pg_current_wal_insert_lsn()), 8))::bit(32)::integer;
  last_timeline integer;
  last_id bigint;
  added integer;
BEGIN
  SELECT event_log.pos, event_log.timeline INTO STRICT last_id, last_timeline FROM event_log FOR UPDATE;
  IF last_timeline <> current_timeline THEN
    last_id := last_id + 1000000;
  END IF;
  INSERT INTO events (id, channel, type, key, payload, published_at)
  SELECT last_id + row_number() OVER (ORDER BY fresh.place),
         fresh.channel, fresh.type, fresh.key, decode(fresh.payload, 'base64'), moment
  FROM (
    SELECT DISTINCT ON (given.channel, given.type, given.key) given.*
    FROM (
      SELECT place, value ->> 'channel' AS channel, value ->> 'type' AS type, value ->> 'key' AS key,
             value ->> 'payload' AS payload
      FROM jsonb_array_elements(new_events) WITH ORDINALITY AS element (value, place)
    ) AS given
    WHERE NOT EXISTS (
      SELECT FROM events
      WHERE events.channel = given.channel AND events.type = given.type AND events.key = given.key
    )
    ORDER BY given.channel, given.type, given.key, given.place
  ) AS fresh;
  GET DIAGNOSTICS added = ROW_COUNT;
  IF added > 0 THEN
    UPDATE event_log SET pos = last_id + added, timeline = current_timeline;
  END IF;
  RETURN added;
END $$;

CREATE TABLE audit (
  seq bigint PRIMARY KEY,
  at bigint NOT NULL,
  caller text COLLATE "C" NOT NULL,
  body bytea NOT NULL,
  previous text COLLATE "C" NOT NULL,
  hash text COLLATE "C" NOT NULL
);
CREATE INDEX audit_at ON audit (at);
CREATE TABLE audit_callers (
  caller text COLLATE "C" NOT NULL,
  block bigint NOT NULL,
  PRIMARY KEY (caller, block)
);
CREATE INDEX audit_callers_by_block ON audit_callers (block);
CREATE TABLE audit_marks (
  name text COLLATE "C" PRIMARY KEY,
  seq bigint NOT NULL,
  hash text COLLATE "C" NOT NULL,
  seal text COLLATE "C" NOT NULL
);

CREATE TABLE wecom_stream (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  corp_id text COLLATE "C" NOT NULL,
  channel text COLLATE "C" NOT NULL,
  cursor bytea,
  caught_up_at bigint NOT NULL DEFAULT 0,
  is_behind smallint NOT NULL DEFAULT 0,
  UNIQUE (corp_id, channel)
);
CREATE TABLE wecom_message (
  stream_id bigint NOT NULL REFERENCES wecom_stream (id),
  send_time bigint NOT NULL,
  rank bigint NOT NULL,
  msgid text COLLATE "C" NOT NULL,
  conversation text COLLATE "C" NOT NULL,
  record bytea NOT NULL,
  PRIMARY KEY (stream_id, send_time, rank),
  UNIQUE (stream_id, msgid)
);
CREATE INDEX wecom_message_by_conversation ON wecom_message (stream_id, conversation, send_time, rank);

CREATE TABLE tencent_chat_recall (
  sdk_app_id text COLLATE "C" NOT NULL,
  official_account text COLLATE "C" NOT NULL,
  message_sequence bigint NOT NULL,
  message_key text COLLATE "C" NOT NULL,
  noted_at bigint NOT NULL,
  PRIMARY KEY (sdk_app_id, official_account, message_sequence, message_key)
);

CREATE TABLE wechat_account (
  account text COLLATE "C" NOT NULL,
  name text COLLATE "C" NOT NULL,
  value bytea NOT NULL,
  PRIMARY KEY (account, name)
);

CREATE TABLE whatsapp_message (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  channel text COLLATE "C" NOT NULL,
  message_id text COLLATE "C" NOT NULL,
  event text COLLATE "C" NOT NULL,
  stem text COLLATE "C" NOT NULL,
  ordinal bigint NOT NULL,
  heard_at bigint NOT NULL,
  UNIQUE (channel, message_id)
);
CREATE INDEX whatsapp_message_by_key ON whatsapp_message (channel, stem, ordinal);
CREATE INDEX whatsapp_message_by_age ON whatsapp_message (channel, heard_at);
CREATE TABLE whatsapp_status (
  channel text COLLATE "C" NOT NULL,
  message_id text COLLATE "C" NOT NULL,
  rank integer NOT NULL,
  is_forward smallint NOT NULL,
  changed_at bigint NOT NULL,
  PRIMARY KEY (channel, message_id, rank)
);
CREATE INDEX whatsapp_status_by_age ON whatsapp_status (channel, changed_at);
CREATE TABLE whatsapp_detail (
  channel text COLLATE "C" NOT NULL,
  message_id text COLLATE "C" NOT NULL,
  speaker text COLLATE "C",
  payload bytea NOT NULL,
  heard_at bigint NOT NULL,
  PRIMARY KEY (channel, message_id)
);
CREATE INDEX whatsapp_detail_by_age ON whatsapp_detail (channel, heard_at);
CREATE INDEX whatsapp_detail_by_speaker ON whatsapp_detail (channel, speaker);
CREATE TABLE whatsapp_profile (
  channel text COLLATE "C" NOT NULL,
  customer text COLLATE "C" NOT NULL,
  payload bytea NOT NULL,
  heard_at bigint NOT NULL,
  PRIMARY KEY (channel, customer)
);
CREATE INDEX whatsapp_profile_by_age ON whatsapp_profile (channel, heard_at);
`;
