import { z } from 'zod';
import { readXml } from './xml.ts';

/** An event as far as the gateway makes use of it. */
export interface CallbackEvent {
  /** `InfoType`; empty for what is not an event of a suite. */
  type: string;
  suiteId: string;
  /** The corporation that the event is about; may be in the encrypted form that only the suite knows. */
  authCorpId: string;
  /** For sync_msg; null when the event brings none. */
  token: string | null;
  /** Unix seconds, as digits; empty when the event does not say. */
  timestamp: string;
}

/** That there are new messages to pull. */
export const NEW_MESSAGE = 'conversation_new_message';

/** What a suite is told of besides; none of it concerns the history. */
const OTHER_EVENTS = ['suite_ticket', 'create_auth', 'change_auth', 'cancel_auth', 'hit_keyword'];

/** The type, for the log: what is not on the list could be anything. */
export function toKnownType(type: string): string {
  return type === NEW_MESSAGE || OTHER_EVENTS.includes(type) ? type : 'another event';
}

/** By their names in one spelling: `SuiteId`, `suiteid` and `suite_id` are one field. */
type Fields = ReadonlyMap<string, string>;

const scalar = z.union([z.string(), z.number().transform(String)]);
const object = z.record(z.string(), z.unknown());

/**
 * @param body the request's: an envelope in XML or JSON
 * @returns its encrypted text; null when it has none
 * @see https://developer.work.weixin.qq.com/document/path/97172
 */
export function readEncrypted(body: string): string | null {
  return readFields(body)?.get('encrypt') ?? null;
}

/**
 * @param message as decrypted: in XML with the fields of a suite's events, or in JSON with those of a data zone's
 * @returns null when it is neither
 * @see https://developer.work.weixin.qq.com/document/path/99682
 */
export function readEvent(message: string): CallbackEvent | null {
  const fields = readFields(message);
  if (!fields) return null;
  return {
    type: fields.get('infotype') ?? fields.get('eventtype') ?? '',
    suiteId: fields.get('suiteid') ?? '',
    authCorpId: fields.get('authcorpid') ?? '',
    token: (fields.get('token') ?? fields.get('conversationnewmessage.token')) || null,
    timestamp: fields.get('timestamp') ?? '',
  };
}

function readFields(text: string): Fields | null {
  if (text.trimStart().startsWith('{')) return readJson(text);
  const fields = readXml(text);
  return fields && new Map([...fields].map(([name, value]) => [toOneSpelling(name), value]));
}

/** Strings and numbers, also those one level below, which are then named after both levels. */
function readJson(text: string): Fields | null {
  const { data } = object.safeParse(parseJson(text));
  if (!data) return null;
  const fields = new Map<string, string>();
  for (const [name, value] of Object.entries(data)) {
    const inner = object.safeParse(value).data ?? {};
    const named = [
      [name, value],
      ...Object.entries(inner).map(([innerName, innerValue]) => [`${name}.${innerName}`, innerValue]),
    ] as const;
    for (const [path, candidate] of named) {
      const read = scalar.safeParse(candidate).data;
      if (read !== undefined) fields.set(toOneSpelling(String(path)), read);
    }
  }
  return fields;
}

function toOneSpelling(name: string): string {
  return name.replaceAll('_', '').toLowerCase();
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
