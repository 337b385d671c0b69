/**
 * What views show of a message that no column tells, in as few characters as can be, since every message has it: what its record tells
 * is compressed, and SQL cannot read that. What is null is left out.
 */
export interface ShownMessage {
  /** Its text. */
  t: string | undefined;
  /** The provider's own id of it. */
  n: string | undefined;
  /** Availability. */
  a: string | undefined;
  /** The agent's account. */
  g: string | undefined;
  /** Display names of its people, each once: of the sender, then of the recipients. Left out when none has one. */
  p: (string | null)[] | undefined;
  /** The conversation's title and the provider's own id of it. */
  c: (string | null)[] | undefined;
  /** The first attachment, as its part of the record. */
  m: object | undefined;
}

const ATTACHMENT = ['kind', 'url', 'mimeType', 'fileName', 'byteSize', 'durationSeconds'] as const;
const UNKNOWN = '\uFFFD';

/**
 * @param record JSON, of a message
 * @returns a `ShownMessage` as JSON. Half a character and U+0000, which PostgreSQL takes for errors, are U+FFFD in it
 */
export function toShown(record: string): string {
  const message: unknown = JSON.parse(record);
  const conversation = at(message, 'conversation');
  const shown: ShownMessage = {
    t: textOf(at(message, 'text')),
    n: textOf(at(message, 'nativeId')),
    a: textOf(at(message, 'availability')),
    g: textOf(at(message, 'agentAccount')),
    p: textsOf(namesOf(message)),
    c: textsOf([at(conversation, 'title'), at(conversation, 'nativeId')]),
    m: attachmentOf(message),
  };
  return JSON.stringify(shown, (_, value: unknown) =>
    typeof value === 'string' ? value.toWellFormed().replaceAll('\0', UNKNOWN) : value,
  );
}

/** In the order of `ArchiveEntry.participants`. */
function namesOf(message: unknown): unknown[] {
  const names = new Map<string, unknown>();
  for (const person of [at(message, 'sender'), ...listOf(at(message, 'recipients'))]) {
    const id = JSON.stringify([at(person, 'role'), at(person, 'nativeId')]);
    if (!names.has(id)) names.set(id, at(person, 'displayName'));
  }
  return [...names.values()];
}

function attachmentOf(message: unknown): object | undefined {
  const media = listOf(at(message, 'parts')).find((part) => at(part, 'type') === 'MEDIA');
  if (media === undefined) return undefined;
  return Object.fromEntries(ATTACHMENT.map((name) => [name, at(media, name) ?? undefined]));
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function textsOf(values: readonly unknown[]): (string | null)[] | undefined {
  const texts = values.map((value) => textOf(value) ?? null);
  return texts.some((text) => text !== null) ? texts : undefined;
}

function at(value: unknown, name: string): unknown {
  return isObject(value) ? value[name] : undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
