import { KEPT_COLUMNS } from '../../sql/archive/tables.ts';

const COLUMNS = KEPT_COLUMNS.map((name) => `message.${name}`).join(', ');

/**
 * $1: the source. $2: keys as JSON. Of a list in JSON the server expects a hundred rows, for which it would read all of a table that is not
 * large; of an array it looks each up.
 */
export const IS_GIVEN =
  'archive_key.source = $1 AND archive_key.key = ANY (ARRAY(SELECT json_array_elements_text($2)))';
/** $2: rows with `key`, as JSON. */
export const IS_OF_ROW =
  'archive_key.source = $1 AND archive_key.key = ANY (ARRAY(SELECT key FROM json_to_recordset($2) AS given (key text)))';

/** $1: the source. $2: keys as JSON. */
export const FIND_BY_KEYS = `
  SELECT ${COLUMNS} FROM archive_key JOIN archive_message AS message
    ON message.source = $1 AND message.sent_at = archive_key.sent_at AND message.sequence = archive_key.sequence
  WHERE ${IS_GIVEN}`;

/** $1: the source. $2: a sequence. */
export const FIND_MOMENT = `SELECT sent_at FROM archive_key
  WHERE source::text || ' ' || sequence = $1::integer::text || ' ' || $2 LIMIT 1`;

/** $1: the source. $2: places as JSON. $3 and $4: their first and last moments, by which no other month is looked into. */
export const FIND_BY_PLACES = `
  SELECT ${COLUMNS} FROM json_to_recordset($2) AS given ("sentAt" bigint, sequence text)
  JOIN archive_message AS message
    ON message.source = $1 AND message.sent_at = given."sentAt" AND message.sequence = given.sequence
  WHERE message.sent_at BETWEEN $3 AND $4
    AND message.sent_at = ANY (ARRAY(SELECT "sentAt" FROM json_to_recordset($2) AS given ("sentAt" bigint)))`;
