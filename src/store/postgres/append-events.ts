import type { AppendEvents } from '../sql/append-events.ts';
import { toBase64 } from './base64.ts';

/** In one round trip, by the function of the first migration. */
export const appendTogether: AppendEvents = async (tx, rows, now) => {
  if (rows.length === 0) return 0;
  const events = rows.map(({ channel, type, key, payload }) => ({
    channel,
    type,
    key,
    payload: toBase64(payload),
  }));
  const [row] = await tx.all('SELECT append_events($1, $2) AS added', [JSON.stringify(events), now]);
  return Number(row?.['added']);
};
