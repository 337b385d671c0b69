import type { ProviderStores } from '../../src/store/store.ts';
import { chatMoments } from '../../src/sandbox/moments.ts';
import { Random } from '../../src/sandbox/random.ts';
import { MemoryChannel } from './memory-channel.ts';
import { PagedMemoryChannel } from './memory-source.ts';
import type { ProviderSuite } from '../contract/message-source.ts';

const DAY_MS = 86_400_000;
const pageSizes: Record<string, number> = {
  'a message a page': 1,
  'pages of seven': 7,
  'the whole history in one page': 1_000,
};

// What a provider over HTTP can afford a few of: the laws themselves, over many random histories.
export const memorySuite: ProviderSuite = {
  name: 'in memory',
  variants: Object.keys(pageSizes),
  tries: 40,
  createWorld({ variant, messages, seed, clock }) {
    const history = new MemoryChannel();
    const until = clock.now();
    const moments = chatMoments(new Random(seed), { count: messages, from: until - 20 * DAY_MS, until });
    for (const sentAt of moments) history.add(sentAt);
    // Pages outlive a process where its stores do.
    const fetched = new WeakMap<ProviderStores, Set<string>>();
    return Promise.resolve({
      identities: () => history.messages.map(({ key }) => key),
      identify: ({ key }) => key,
      createChannel({ store }) {
        const pages = fetched.get(store) ?? new Set<string>();
        fetched.set(store, pages);
        const paging = { pageSize: pageSizes[variant] ?? 1, fetched: pages };
        return new PagedMemoryChannel(paging, history.messages);
      },
      arrive(count) {
        for (let i = 0; i < count; i++) history.add(clock.now());
      },
      violations: () => [],
      close: () => Promise.resolve(),
    });
  },
};
