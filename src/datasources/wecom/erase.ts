import { toIsErasedId, withoutIds } from '../../domain/erased-ids.ts';
import { withoutErased, withoutHolds, type ErasedPeople } from '../../domain/erasure.ts';
import type { MessageStream, StreamPlace } from '../../store/store.ts';
import { isJsonValue, isObject } from '../kit/json-value.ts';
import type { ErasedParts } from '../message-source.ts';
import { toParticipant } from './conversation.ts';
import { toMessage, type WeComMessageRecord } from './to-message.ts';
import { parseMessage, type WireEntry } from './wire.ts';

/** @returns what is left of an entry of the stream: the same when it names no erased person; null: nothing */
export function withoutErasedIn(channel: string, entry: WireEntry, erased: ErasedPeople): WireEntry | null {
  const { sendTime, record } = entry;
  const left = toRest(channel, { sendTime, rank: 0 }, record, erased);
  return left === null ? null : left === record ? entry : { ...entry, record: left };
}

/** What the stream of a channel keeps of erased people. */
export async function findErased(
  channel: string,
  stream: MessageStream,
  erased: ErasedPeople,
): Promise<ErasedParts> {
  const keys: string[] = [];
  const unnamedKeys: string[] = [];
  let held = 0;
  let rows = 0;
  await stream.rewrite((text, place) => {
    const record: unknown = JSON.parse(text);
    const rest = toRest(channel, place, record, withoutHolds(erased));
    if (rest === record) return text;
    const message = toMessage(channel, { ...place, record });
    if (erased.isHeld(message)) held++;
    else {
      rows++;
      if (rest === null) keys.push(message.key);
      if (rest === null && parseMessage(record) === null) unnamedKeys.push(message.key);
    }
    return text;
  });
  return {
    counts: { wecom_message: rows },
    held,
    keys,
    unnamedKeys: unnamedKeys.length > 0 ? unnamedKeys : null,
    ids: [],
    erase: async () => {
      await stream.rewrite((text, place) => {
        const record: unknown = JSON.parse(text);
        const rest = toRest(channel, place, record, erased);
        return rest === record ? text : rest === null ? null : JSON.stringify(rest);
      });
    },
  };
}

/** The same record when it stays as it is; null when nothing is left. */
function toRest(channel: string, place: StreamPlace, record: unknown, erased: ErasedPeople): unknown {
  const message: WeComMessageRecord = toMessage(channel, { ...place, record });
  const left = withoutErased(message, erased);
  if (left === message) return record;
  const wire = left === null ? null : parseMessage(record);
  // Of one that cannot be read nothing tells whose it is.
  if (wire === null || !isObject(record)) return null;
  const receivers = wire.receiver_list.filter(
    (receiver) => !erased.has(toParticipant(channel, receiver), message.sentAt),
  );
  const rest: unknown = { ...record, receiver_list: receivers };
  return isJsonValue(rest) ? withoutIds(rest, toIsErasedId(erased, message.sentAt)) : null;
}
