import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import type { ConversationRecord, MessageRecord, ParticipantRecord } from '../domain/records.ts';
import type { Sealer } from '../util/sealing.ts';

/** What a global id stands for. */
export type GlobalId =
  | { type: 'Message'; channel: string; key: string }
  | { type: 'Channel'; channel: string }
  | { type: 'Conversation'; channel: string; key: string }
  | ({ type: 'Participant' } & Pick<ParticipantRecord, 'channel' | 'role' | 'nativeId'>);

export const participantRole = z.enum(['CUSTOMER', 'AGENT', 'BOT', 'OFFICIAL_ACCOUNT', 'UNKNOWN']);
const payload = z.union([
  z.tuple([z.enum(['m', 'v']), z.string(), z.string()]),
  z.tuple([z.literal('c'), z.string()]),
  z.tuple([z.literal('p'), z.string(), participantRole, z.string()]),
]);

/** Makes ids that are equal for equal things, and that reveal no phone number, name or native id. */
export class GlobalIdCodec {
  readonly #sealer: Sealer;
  /** With the record, as long as it is in memory. */
  readonly #kept = new WeakMap<object, string>();
  /** Sealing costs more than anything else in a page of rows, and most pages repeat the same few people. */
  readonly #sealed = new LRUCache<string, string>({ max: 10_000 });

  constructor(sealer: Sealer) {
    this.#sealer = sealer;
  }

  ofMessage(message: Pick<MessageRecord, 'channel' | 'key'>): string {
    return this.#keep(message, ({ channel, key }) => ({ type: 'Message', channel, key }));
  }

  ofConversation(conversation: Pick<ConversationRecord, 'channel' | 'key'>): string {
    return this.#keep(conversation, ({ channel, key }) => ({ type: 'Conversation', channel, key }));
  }

  ofParticipant(participant: Pick<ParticipantRecord, 'channel' | 'role' | 'nativeId'>): string {
    return this.#keep(participant, ({ channel, role, nativeId }) => ({
      type: 'Participant',
      channel,
      role,
      nativeId,
    }));
  }

  encode(id: GlobalId): string {
    const text = JSON.stringify(toPayload(id));
    // Each message comes once; caching it would only evict the others.
    if (id.type === 'Message') return this.#sealer.seal(text);
    let sealed = this.#sealed.get(text);
    if (sealed === undefined) this.#sealed.set(text, (sealed = this.#sealer.seal(text)));
    return sealed;
  }

  #keep<T extends object>(record: T, toId: (record: T) => GlobalId): string {
    let id = this.#kept.get(record);
    if (id === undefined) this.#kept.set(record, (id = this.encode(toId(record))));
    return id;
  }

  /** @returns null when the id is not one of this gateway's */
  decode(id: string): GlobalId | null {
    const text = this.#sealer.open(id);
    const parsed = text === null ? null : payload.safeParse(JSON.parse(text));
    return parsed?.success ? fromPayload(parsed.data) : null;
  }
}

function toPayload(id: GlobalId): z.infer<typeof payload> {
  switch (id.type) {
    case 'Message':
      return ['m', id.channel, id.key];
    case 'Channel':
      return ['c', id.channel];
    case 'Conversation':
      return ['v', id.channel, id.key];
    case 'Participant':
      return ['p', id.channel, id.role, id.nativeId];
  }
}

function fromPayload(data: z.infer<typeof payload>): GlobalId {
  switch (data[0]) {
    case 'm':
      return { type: 'Message', channel: data[1], key: data[2] };
    case 'v':
      return { type: 'Conversation', channel: data[1], key: data[2] };
    case 'c':
      return { type: 'Channel', channel: data[1] };
    case 'p':
      return { type: 'Participant', channel: data[1], role: data[2], nativeId: data[3] };
  }
}
