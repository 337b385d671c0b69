import { createSecretKey, randomBytes, type KeyObject } from 'node:crypto';
import { StoreError } from '../errors/store-error.ts';
import type { ComplianceStore } from '../store/store.ts';
import { Sealer } from '../util/sealing.ts';

const KEY_BYTES = 32;

/**
 * The key of the hashes, sealed with the gateway's secret in the store: so who has the store alone cannot find out whether a person is
 * among them, and the secret can be replaced.
 */
export class ErasureKey {
  readonly #store: ComplianceStore;
  readonly #sealer: Sealer;

  constructor(store: ComplianceStore, secret: Buffer) {
    this.#store = store;
    this.#sealer = toSealer(secret);
  }

  /** @throws StoreError when there is none, or it does not open with the gateway's secret */
  async read(): Promise<KeyObject> {
    return this.#open(await this.#store.erasureKey());
  }

  /** Makes one when there is none. @throws StoreError as `read` */
  async readOrMake(): Promise<KeyObject> {
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
