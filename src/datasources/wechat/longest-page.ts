import { z } from 'zod';
import type { Clock } from '../../util/clock.ts';
import type { AccountMemory } from '../../store/store.ts';
import { lengthOf, type NativePage } from './native-page.ts';

/** A record has 2,048 bytes of text at most and a few hundred beside it. */
export const LONGEST_RECORD_BYTES = 2_500;
/** The provider promises 10,000 records in an answer, so if it limits the bytes of one, it is not to less than this. */
const LEAST_BYTE_LIMIT = 65_536;
/** Usual limits. A lowered limit shows by one of these, whatever was delivered before. */
const USUAL_LIMITS: ReadonlySet<number> = new Set([100, 200, 500, 1_000, 2_000, 5_000]);
/** A limit that was lowered to another number is noticed once the longest page is as old as this. */
const FORGET_AFTER_MS = 30 * 86_400_000;

const longest = z.object({ records: z.int(), bytes: z.int(), since: z.int() });
type Longest = z.infer<typeof longest>;

type Page = Pick<NativePage, 'records' | 'unplaceable' | 'bytes' | 'claimed'>;

export interface LongestPageOptions {
  memory: AccountMemory;
  clock: Clock;
  /** Called when the provider cuts pages at fewer records than it has delivered before. */
  onLowered: (records: number) => void;
}

/**
 * Tells whether a page ends its window, by the longest page that the account has ever delivered.
 *
 * It relies on one assumption: if the provider cuts pages at all, then at a fixed number of records, or where one
 * more record would not fit into a fixed number of bytes. A page that is shorter than another one in both cannot have
 * been cut. Only a page that is as long as the longest may have been, and so one more call checks what follows it.
 */
export class LongestPage {
  readonly #options: LongestPageOptions;
  #known: Longest | null = null;
  #isLoaded = false;

  constructor(options: LongestPageOptions) {
    this.#options = options;
  }

  /** Whether no page of the account is known yet, so that any page may have been cut. */
  async isUnknown(): Promise<boolean> {
    await this.#load();
    return this.#longest().records === 0;
  }

  /** Records how long a page is: one that came in parallel may tell that a shorter one is whole. */
  async saw(page: Page): Promise<void> {
    await this.#load();
    const length = lengthOf(page);
    const { records, bytes, since } = this.#longest();
    if (length <= records && page.bytes <= bytes) return;
    await this.#remember({ records: Math.max(length, records), bytes: Math.max(page.bytes, bytes), since });
  }

  /**
   * Whether the provider may have cut the page, so that more may follow it. Records how long the page is.
   *
   * @param requested the maximum of records in the request
   */
  async mayBeCut(page: Page, requested: number): Promise<boolean> {
    await this.#load();
    const length = lengthOf(page);
    const { records, bytes } = this.#longest();
    const isCut =
      length >= requested ||
      !isShorter(page, { records, bytes }) ||
      USUAL_LIMITS.has(length) ||
      // `number` may only repeat the requested maximum: the documentation's example does so beside one record.
      (page.claimed !== null && length < page.claimed && page.claimed < requested);
    await this.saw(page);
    return isCut;
  }

  /** More followed the page: if a longer one was delivered once, the provider has lowered its limit since. */
  async sawMore(page: Page, requested: number): Promise<void> {
    await this.#load();
    const length = lengthOf(page);
    if (length >= requested || !isShorter(page, this.#longest())) return;
    this.#options.onLowered(length);
    await this.#remember({ records: length, bytes: page.bytes, since: this.#options.clock.now() });
  }

  #longest(): Longest {
    const now = this.#options.clock.now();
    const isOld = this.#known === null || Math.abs(now - this.#known.since) > FORGET_AFTER_MS;
    return isOld || !this.#known ? { records: 0, bytes: 0, since: now } : this.#known;
  }

  /** Only this awaits the store, so that nothing comes between a look at the longest page and a change of it. */
  async #load(): Promise<void> {
    if (this.#isLoaded) return;
    const kept = parse(await this.#options.memory.get('longest page'));
    this.#known ??= kept;
    this.#isLoaded = true;
  }

  async #remember(known: Longest): Promise<void> {
    this.#known = known;
    await this.#options.memory.set('longest page', JSON.stringify(known));
  }
}

/** A page that was cut for its bytes lacks as many as the next record has, which can only be the longest there may be. */
function isShorter(page: Page, { records, bytes }: Pick<Longest, 'records' | 'bytes'>): boolean {
  return lengthOf(page) < records && page.bytes + LONGEST_RECORD_BYTES <= Math.max(bytes, LEAST_BYTE_LIMIT);
}

function parse(text: string | null): Longest | null {
  return text === null ? null : longest.parse(JSON.parse(text));
}
