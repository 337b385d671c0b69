import type { KeptSource } from '../../src/archive/kept-source.ts';

type Required = Pick<KeptSource, 'source' | 'archive' | 'since' | 'settleMs'>;

/** A source whose history is kept, with the calls of a background that is like any other. */
export function createKeptSource<T extends Required & Partial<KeptSource>>(own: T): T & KeptSource {
  return { name: own.source.channel, background: { keepsFree: 0.3 }, isPushedTo: false, ...own };
}
