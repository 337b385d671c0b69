import { computed, signal } from '@preact/signals';
import type { GatewayClient, SearchPage } from '../../src/client/index.ts';
import { compareMoments } from '../model/messages.ts';
import { toSearchQuery } from '../model/queries.ts';
import type { Filters } from '../model/view.ts';
import { Pager } from './pager.ts';
import { repeat, toPauseMs } from './repeat.ts';

/** A message that a search has found, with where the words are in its text. */
export type Hit = SearchPage['edges'][number];

const RETRY_MS = 5_000;

/** What a search has found so far, newest first. */
export class Results {
  readonly search: string;
  readonly hits = signal<readonly Hit[]>([]);
  readonly pager: Pager<SearchPage>;
  /** The spans that are found in each message, by its id. */
  readonly highlights = computed(
    () => new Map(this.hits.value.map(({ node, highlights }) => [node.id, highlights ?? []])),
  );
  readonly #closing = new AbortController();

  constructor(client: GatewayClient, filters: Filters, search: string) {
    this.search = search;
    const { signal } = this.#closing;
    const variables = toSearchQuery(filters, search);
    this.pager = new Pager(
      (after) => client.searchMessages({ ...variables, after }, { signal }),
      ({ edges }) => this.#add(edges),
      signal,
    );
    void this.pager.more();
    void repeat(async () => {
      if (this.pager.isStuck) await this.pager.more();
      return toPauseMs(this.pager.sources.peek(), RETRY_MS);
    }, signal);
  }

  close(): void {
    this.#closing.abort();
  }

  /** A provider that failed brings its messages later, out of order. */
  #add(found: readonly Hit[]): number {
    const known = this.hits.peek();
    const hits = new Map([...known, ...found].map((hit) => [hit.node.id, hit]));
    this.hits.value = [...hits.values()].sort((one, other) =>
      compareMoments(other.node.sentAt, one.node.sentAt),
    );
    return hits.size - known.length;
  }
}
