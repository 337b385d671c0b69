import type { AppendEvents } from '../sql/append-events.ts';

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

function toBase64(payload: string | Uint8Array): string {
  const bytes =
    typeof payload === 'string'
      ? Buffer.from(payload)
      : Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength);
  return bytes.toString('base64');
}
