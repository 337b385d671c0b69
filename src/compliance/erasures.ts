import type { Awaitable } from '../datasources/message-source.ts';
import type { ErasedPeople } from '../domain/erasure.ts';
import type { IsHeld } from '../domain/hold.ts';
import { isStoreFailure } from '../store/store-failure.ts';
import type { ComplianceStore } from '../store/store.ts';
import type { Clock } from '../util/clock.ts';
import { ErasureKey } from './erasure-key.ts';
import { readIsHeld } from './holds.ts';
import { SubjectHashes, type Person } from './subject-hashes.ts';

/** How soon a process knows what another one has noted. */
export const KNOWN_WITHIN_MS = 1_000;
/** Who notes a person waits for so long: every gateway that reaches the store knows it by then, and has kept what it had read before. */
export const KNOWN_BY_ALL_MS = 3 * KNOWN_WITHIN_MS;
/** What is known for longer may be outdated before a page is stored that is judged by it. */
const SURE_FOR_MS = 2 * KNOWN_WITHIN_MS;

interface Snapshot {
  /** Monotonic. */
  readAt: number;
  /** Of the store. */
  version: string;
  /** Null: nothing is erased. */
  erased: Erased | null;
}

interface Erased {
  until: ReadonlyMap<string, number>;
  hashes: SubjectHashes;
  isHeld: IsHeld;
}

/** Whom the gateway was told to erase, as keyed hashes. They are read again once they may have changed. */
export class Erasures {
  readonly #store: ComplianceStore;
  readonly #key: ErasureKey;
  readonly #clock: Clock;
  /** Of the key, which stays the same. */
  #hashes: SubjectHashes | null = null;
  #snapshot: Snapshot | null = null;
  #reading: Promise<Snapshot> | null = null;

  constructor(store: ComplianceStore, secret: Buffer, clock: Clock) {
    this.#store = store;
    this.#key = new ErasureKey(store, secret);
    this.#clock = clock;
  }

  /** What is erased of a `ChatChannel.tenant`; null: nothing is. As it was a second ago, or later. */
  of(tenant: string): Awaitable<ErasedPeople | null> {
    const known = this.#snapshot;
    if (known && this.#ageOf(known) < KNOWN_WITHIN_MS) return toView(known.erased, tenant);
    return this.#read().then(({ erased }) => toView(erased, tenant));
  }

  /** Whether nothing is erased of any tenant, nor can have been without this process knowing soon enough. */
  async isSurelyEmpty(): Promise<boolean> {
    const known = this.#snapshot;
    const isFresh = known !== null && this.#ageOf(known) < KNOWN_WITHIN_MS;
    const snapshot = isFresh ? known : await this.#read();
    return snapshot.erased === null && this.#ageOf(snapshot) < SURE_FOR_MS;
  }

  /** As if these people, too, were erased, of a tenant whose erasures are known by now. @param until Unix ms, inclusive */
  async with(tenant: string, person: Person, until: number): Promise<ErasedPeople> {
    const { erased } = await this.#read();
    const view = toView(erased, tenant);
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
  async note(tenant: string, person: Person, keys: readonly string[], until: number): Promise<void> {
    const hashes = await this.#hashesOrNew();
    const messages = keys.map((key) => hashes.ofMessage(tenant, key));
    // In the order of the store's index, in which neighbours are written together.
    const subjects = [hashes.ofPerson(tenant, person), ...messages.sort()];
    await this.#store.noteErasures(subjects, until);
    this.#snapshot = null;
  }

  /** By what the store names a person of a tenant, erased or not. */
  async hashOf(tenant: string, person: Person): Promise<string> {
    return (await this.#hashesOrNew()).ofPerson(tenant, person);
  }

  /** @throws StoreError when the key does not open with the gateway's secret */
  async check(): Promise<void> {
    await this.#read();
  }

  #ageOf({ readAt }: Snapshot): number {
    return this.#clock.monotonic() - readAt;
  }

  async #read(): Promise<Snapshot> {
    this.#reading ??= this.#readStore().finally(() => {
      this.#reading = null;
    });
    try {
      return (this.#snapshot = await this.#reading);
    } catch (error) {
      // What is known stays hidden. What is erased meanwhile is not: see `isSurelyEmpty`.
      if (this.#snapshot && isStoreFailure(error)) return this.#snapshot;
      throw error;
    }
  }

  async #readStore(): Promise<Snapshot> {
    const readAt = this.#clock.monotonic();
    // Before the rest: what changes meanwhile is another version.
    const version = await this.#store.version();
    const known = this.#snapshot;
    if (known?.version === version) return { ...known, readAt };
    const until = await this.#store.erasures();
    if (until.size === 0) return { readAt, version, erased: null };
    const hashes = (this.#hashes ??= new SubjectHashes(await this.#key.read()));
    return { readAt, version, erased: { until, hashes, isHeld: await readIsHeld(this.#store) } };
  }

  async #hashesOrNew(): Promise<SubjectHashes> {
    return (this.#hashes ??= new SubjectHashes(await this.#key.readOrMake()));
  }
}

function toView(erased: Erased | null, tenant: string): ErasedPeople | null {
  if (erased === null) return null;
  const { until, hashes, isHeld } = erased;
  return {
    has: (person, sentAt) => sentAt <= (until.get(hashes.ofPerson(tenant, person)) ?? -Infinity),
    hasMessage: (key, sentAt) => sentAt <= (until.get(hashes.ofMessage(tenant, key)) ?? -Infinity),
    isHeld,
  };
}
