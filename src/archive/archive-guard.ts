import { isStoreFailure } from '../store/store-failure.ts';

/** What an archive is asked for, while it answers: else what is known without it. */
export class ArchiveGuard {
  readonly #onFailure: (error: unknown) => void;
  #isFailing = false;

  /** @param onFailure called once, until it answers again */
  constructor(onFailure: (error: unknown) => void) {
    this.#onFailure = onFailure;
  }

  /** @param without done when the archive's store fails; what fails otherwise is thrown */
  async run<T>(withArchive: () => Promise<T>, without: (failure: unknown) => T | Promise<T>): Promise<T> {
    try {
      const result = await withArchive();
      this.#isFailing = false;
      return result;
    } catch (error) {
      if (!isStoreFailure(error)) throw error;
      if (!this.#isFailing) this.#onFailure(error);
      this.#isFailing = true;
      return await without(error);
    }
  }
}
