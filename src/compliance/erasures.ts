import { createHmac, createSecretKey, randomBytes, type KeyObject } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { Awaitable } from '../datasources/message-source.ts';
import type { ErasedPeople } from '../domain/erasure.ts';
import { toIsHeld, type IsHeld } from '../domain/hold.ts';
import type { ParticipantRecord } from '../domain/records.ts';
import { StoreError } from '../errors/store-error.ts';
import { isStoreFailure } from '../store/store-failure.ts';
import type { ComplianceStore } from '../store/store.ts';
import type { Clock } from '../util/clock.ts';
import { Sealer } from '../util/sealing.ts';

type Person = Pick<ParticipantRecord, 'role' | 'nativeId'>;

/** How soon a process knows what another one has noted. */
export const KNOWN_WITHIN_MS = 1_000;
/** Of people, most of whom are in many messages. */
const MAX_REMEMBERED = 20_000;
const KEY_BYTES = 32;

interface Snapshot {
  /** Monotonic. */
  readAt: number;
  /** Null: nothing is erased. */
  erased: Erased | null;
}

interface Erased {
  until: ReadonlyMap<string, number>;
  key: KeyObject;
  isHeld: IsHeld;
  /** By account. */
  views: Map<string, ErasedPeople>;
}

/**
 * Whom the gateway was told to erase, as keyed hashes. The key is kept in the store, sealed with the gateway's secret: so who has the
 * store alone cannot find out whether a person is among them, and the secret can be replaced.
 */
export class Erasures {
  readonly #store: ComplianceStore;
  readonly #sealer: Sealer;
  readonly #clock: Clock;
  #snapshot: Snapshot | null = null;
  #reading: Promise<Snapshot> | null = null;

  constructor(store: ComplianceStore, secret: Buffer, clock: Clock) {
    this.#store = store;
    this.#sealer = toSealer(secret);
    this.#clock = clock;
  }

  /** What is erased of an account; null: nothing is. As it was a second ago, or later. */
  of(account: string): Awaitable<ErasedPeople | null> {
    const known = this.#snapshot;
    if (known && this.#clock.monotonic() - known.readAt < KNOWN_WITHIN_MS)
      return toView(known.erased, account);
    return this.#read().then(({ erased }) => toView(erased, account));
  }

  /** Whether nothing is erased of any account. */
  async isEmpty(): Promise<boolean> {
    const known = this.#snapshot;
    const isFresh = known !== null && this.#clock.monotonic() - known.readAt < KNOWN_WITHIN_MS;
    return (isFresh ? known : await this.#read()).erased === null;
  }

  /** As if these people, too, were erased, of an account whose erasures are known by now. @param until Unix ms, inclusive */
  async with(account: string, person: Person, until: number): Promise<ErasedPeople> {
    const { erased } = await this.#read();
    const view = toView(erased, account);
    const isHeld = await readIsHeld(this.#store);
    return {
      has: (other, sentAt) =>
        (other.role === person.role && other.nativeId === person.nativeId && sentAt <= until) ||
        (view?.has(other, sentAt) ?? false),
      hasMessage: (key, sentAt) => view?.hasMessage(key, sentAt) ?? false,
      isHeld,
    };
  }

  /** Adds a person, and messages whose records do not tell that they are theirs. @param until Unix ms, inclusive */
  async note(account: string, person: Person, keys: readonly string[], until: number): Promise<void> {
    const key = await this.#keyOrNew();
    const subjects = [ofPerson(person), ...keys.map(ofMessage)];
    await this.#store.noteErasures(
      subjects.map((subject) => toHash(key, account, subject)),
      until,
    );
    this.#snapshot = null;
  }

  /** @throws StoreError when the key does not open with the gateway's secret */
  async check(): Promise<void> {
    await this.#read();
  }

  async #read(): Promise<Snapshot> {
    this.#reading ??= this.#readStore().finally(() => {
      this.#reading = null;
    });
    try {
      return (this.#snapshot = await this.#reading);
    } catch (error) {
      // While the store is away nothing more can be erased.
      if (this.#snapshot && isStoreFailure(error)) return this.#snapshot;
      throw error;
    }
  }

  async #readStore(): Promise<Snapshot> {
    const readAt = this.#clock.monotonic();
    const until = await this.#store.erasures();
    if (until.size === 0) return { readAt, erased: null };
    const sealed = await this.#store.erasureKey();
    const isHeld = await readIsHeld(this.#store);
    return { readAt, erased: { until, key: this.#open(sealed), isHeld, views: new Map() } };
  }

  async #keyOrNew(): Promise<KeyObject> {
    const sealed = await this.#store.erasureKey();
    if (sealed !== null) return this.#open(sealed);
    const made = this.#sealer.seal(randomBytes(KEY_BYTES).toString('base64'));
    // Another process may have been first.
    return this.#open(await this.#store.keepErasureKey(made));
  }

  #open(sealed: string | null): KeyObject {
    const text = sealed === null ? null : this.#sealer.open(sealed);
    if (text === null)
      throw new StoreError(
        'people were erased under another secret, and would come back: set the former secret, or run "audit rekey"',
      );
    return createSecretKey(Buffer.from(text, 'base64'));
  }
}

/** Seals the key of the hashes with another secret. @throws StoreError when it was not sealed with the former one */
export async function resealErasures(store: ComplianceStore, from: Buffer, to: Buffer): Promise<void> {
  const sealed = await store.erasureKey();
  if (sealed === null) return;
  const text = toSealer(from).open(sealed);
  if (text === null) throw new StoreError('the key of the erasures was not sealed with the old secret');
  await store.replaceErasureKey(toSealer(to).seal(text));
}

function toSealer(secret: Buffer): Sealer {
  return new Sealer(secret, 'erasure key');
}

async function readIsHeld(store: ComplianceStore): Promise<IsHeld> {
  const holds = (await store.holds()).filter(({ releasedAt }) => releasedAt === null);
  return toIsHeld(holds.map(({ scope }) => scope));
}

function toView(erased: Erased | null, account: string): ErasedPeople | null {
  if (erased === null) return null;
  const view = erased.views.get(account) ?? createView(erased, account);
  erased.views.set(account, view);
  return view;
}

function createView({ until, key, isHeld }: Erased, account: string): ErasedPeople {
  const remembered = new LRUCache<string, number>({ max: MAX_REMEMBERED });
  const untilOf = (subject: string): number => {
    const known = remembered.get(subject) ?? until.get(toHash(key, account, subject)) ?? -Infinity;
    remembered.set(subject, known);
    return known;
  };
  return {
    has: (person, sentAt) => sentAt <= untilOf(ofPerson(person)),
    hasMessage: (messageKey, sentAt) => sentAt <= untilOf(ofMessage(messageKey)),
    isHeld,
  };
}

function ofPerson({ role, nativeId }: Person): string {
  return `person ${role} ${nativeId}`;
}

function ofMessage(key: string): string {
  return `message ${key}`;
}

function toHash(key: KeyObject, account: string, subject: string): string {
  return createHmac('sha256', key)
    .update(JSON.stringify([account, subject]))
    .digest('base64url');
}
