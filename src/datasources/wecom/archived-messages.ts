import { LRUCache } from 'lru-cache';
import type { MessageStream } from '../../store/store.ts';
import { RecordCache } from '../kit/record-cache.ts';
import type { Order } from '../message-source.ts';
import { toSequence, type Place } from './paging.ts';
import { toMessage, type WeComMessageRecord } from './to-message.ts';

/** Of all kept slices together; a few megabytes. */
const MAX_KEPT_PLACES = 50_000;

/** With the key of its message in memory: made for each page, it would cost as much as all that is left to do for one. */
interface Located extends Place {
  sequence: string;
}

/** Without the messages, which would outlive their own bound here. */
interface KeptSlice {
  places: readonly Located[];
  /** How many were asked for. */
  limit: number;
  version: string;
}

/**
 * The messages of an archive, opened, checked and mapped once: an archived message never changes. Which ones there are
 * is asked again when the archive has changed, whatever process has written it.
 */
export class ArchivedMessages {
  readonly #channel: string;
  readonly #archive: MessageStream;
  readonly #messages = new RecordCache<WeComMessageRecord>();
  readonly #slices = new LRUCache<string, KeptSlice>({
    maxSize: MAX_KEPT_PLACES,
    sizeCalculation: ({ places }) => places.length + 1,
  });

  constructor(channel: string, archive: MessageStream) {
    this.#channel = channel;
    this.#archive = archive;
  }

  /** As `MessageStream.places`. @returns the messages in these places; shared, so never change one */
  async read(
    order: Order,
    bound: Place,
    limit: number,
    conversationKey: string | null,
  ): Promise<readonly WeComMessageRecord[]> {
    return this.#at(await this.#places(order, bound, limit, conversationKey));
  }

  async find(msgId: string): Promise<WeComMessageRecord | null> {
    const place = await this.#archive.placeOf(msgId);
    const [message] = place ? await this.#at([locate(place)]) : [];
    return message ?? null;
  }

  async #places(
    order: Order,
    bound: Place,
    limit: number,
    conversationKey: string | null,
  ): Promise<readonly Located[]> {
    // Before the places: what is written meanwhile makes them outdated.
    const version = await this.#archive.version();
    const key = `${order} ${bound.sendTime} ${bound.rank} ${conversationKey ?? ''}`;
    const kept = this.#slices.get(key);
    if (kept?.version === version) {
      const isWhole = kept.places.length < kept.limit;
      if (limit <= kept.limit || isWhole) return kept.places.slice(0, limit);
    }
    const found = await this.#archive.places(order, bound, limit, conversationKey);
    const places = found.map(locate);
    this.#slices.set(key, { places, limit, version });
    return places;
  }

  async #at(places: readonly Located[]): Promise<WeComMessageRecord[]> {
    const kept = places.map(({ sequence }) => this.#messages.get(sequence));
    const missing = places.filter((_, index) => !kept[index]);
    if (missing.length === 0) return kept.filter((message) => message !== undefined);
    const texts = await this.#archive.records(missing);
    const opened = missing.map((place, index) => this.#open(place, texts[index] ?? ''));
    const rest = opened.values();
    return kept.flatMap((message) => message ?? rest.next().value ?? []);
  }

  #open({ sequence, sendTime, rank }: Located, text: string): WeComMessageRecord {
    const message = toMessage(this.#channel, { sendTime, rank, record: JSON.parse(text) as unknown });
    this.#messages.set(sequence, message, text.length);
    return message;
  }
}

function locate(place: Place): Located {
  return { ...place, sequence: toSequence(place) };
}
