import { LRUCache } from 'lru-cache';
import type { Order } from '../message-source.ts';
import type { Archive } from './archive.ts';
import { toSequence, type Place } from './paging.ts';
import { toMessage, type WeComMessageRecord } from './to-message.ts';

const MAX_KEPT_BYTES = 32 * 1024 * 1024;
/** The memory of a message, on top of a few times its text. */
const SMALLEST_BYTES = 1_000;
const BYTES_PER_CHARACTER = 2;

/** Of all kept slices together; a few megabytes. */
const MAX_KEPT_PLACES = 50_000;

/** Without the messages, which would outlive their own bound here. */
interface KeptSlice {
  places: readonly Place[];
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
  readonly #archive: Archive;
  readonly #messages = new LRUCache<string, WeComMessageRecord>({ maxSize: MAX_KEPT_BYTES });
  readonly #slices = new LRUCache<string, KeptSlice>({
    maxSize: MAX_KEPT_PLACES,
    sizeCalculation: ({ places }) => places.length + 1,
  });

  constructor(channel: string, archive: Archive) {
    this.#channel = channel;
    this.#archive = archive;
  }

  /** As `Archive.places`. @returns the messages in these places; shared, so never change one */
  read(
    order: Order,
    bound: Place,
    limit: number,
    conversationKey: string | null,
  ): readonly WeComMessageRecord[] {
    return this.#places(order, bound, limit, conversationKey).map((place) => this.#at(place));
  }

  find(msgId: string): WeComMessageRecord | null {
    const place = this.#archive.placeOf(msgId);
    return place && this.#at(place);
  }

  #places(order: Order, bound: Place, limit: number, conversationKey: string | null): readonly Place[] {
    const { version } = this.#archive;
    const key = `${order} ${bound.sendTime} ${bound.rank} ${conversationKey ?? ''}`;
    const kept = this.#slices.get(key);
    if (kept?.version === version) {
      const isWhole = kept.places.length < kept.limit;
      if (limit <= kept.limit || isWhole) return kept.places.slice(0, limit);
    }
    const places = this.#archive.places(order, bound, limit, conversationKey);
    this.#slices.set(key, { places, limit, version });
    return places;
  }

  #at(place: Place): WeComMessageRecord {
    const sequence = toSequence(place);
    const kept = this.#messages.get(sequence);
    if (kept) return kept;
    const text = this.#archive.recordAt(place);
    const message = toMessage(this.#channel, { ...place, record: JSON.parse(text) as unknown });
    this.#messages.set(sequence, message, { size: SMALLEST_BYTES + BYTES_PER_CHARACTER * text.length });
    return message;
  }
}
