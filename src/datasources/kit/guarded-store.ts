import type { PageCache } from '../../store/store.ts';

/** A store that takes longer than this is slower than a provider. */
const STORE_TIMEOUT_MS = 250;

/** A store of pages that may fail or hang: that costs speed, never the answer. */
export class GuardedStore {
  readonly #store: PageCache | null;
  readonly #onError: (error: unknown) => void;

  /** @param store which throws when it fails; null: there is none */
  constructor(store: PageCache | null, onError: (error: unknown) => void) {
    this.#store = store;
    this.#onError = onError;
  }

  /** @returns undefined when the store fails, takes too long, or is none */
  async run<T>(operation: (store: PageCache) => Promise<T>): Promise<T | undefined> {
    if (this.#store === null) return undefined;
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        reject(new Error(`The page store did not answer within ${STORE_TIMEOUT_MS} ms`));
      }, STORE_TIMEOUT_MS);
    });
    try {
      return await Promise.race([operation(this.#store), timeout]);
    } catch (error) {
      this.#onError(error);
      return undefined;
    } finally {
      clearTimeout(timer);
    }
  }
}
