import { createHmac, type KeyObject } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { ParticipantRecord } from '../domain/records.ts';

/** Names a person in a tenant. */
export type Person = Pick<ParticipantRecord, 'role' | 'nativeId'>;

/** Of people, most of whom are in many messages. */
const MAX_REMEMBERED = 20_000;

/** Keyed hashes of people and of messages, which tell nothing without the key. The same subject has another one in each tenant. */
export class SubjectHashes {
  readonly #key: KeyObject;
  readonly #remembered = new LRUCache<string, string>({ max: MAX_REMEMBERED });

  constructor(key: KeyObject) {
    this.#key = key;
  }

  ofPerson(tenant: string, { role, nativeId }: Person): string {
    return this.#of(tenant, `person ${role} ${nativeId}`);
  }

  /** @param key `MessageRecord.key`, or what deliveries name it by */
  ofMessage(tenant: string, key: string): string {
    return this.#of(tenant, `message ${key}`);
  }

  #of(tenant: string, subject: string): string {
    const text = JSON.stringify([tenant, subject]);
    const known = this.#remembered.get(text);
    if (known !== undefined) return known;
    const hash = createHmac('sha256', this.#key).update(text).digest('base64url');
    this.#remembered.set(text, hash);
    return hash;
  }
}
