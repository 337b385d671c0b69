import type {
  TencentChatKnobs,
  TencentChatSandboxOptions,
} from '../../../src/sandbox/tencent-chat/sandbox.ts';
import type { ProviderSuite } from '../../contract/message-source.ts';
import { openWorld } from './world.ts';

const VARIANTS: Record<
  string,
  { knobs?: Partial<TencentChatKnobs>; options?: Partial<TencentChatSandboxOptions> }
> = {
  'as in the samples': {},
  'newest first in a page, ending with "expired"': {
    knobs: {
      pageOrder: 'descending',
      lastPage: 'says-expired',
      singleElementAs: 'object',
      emptyBodyAs: 'object',
    },
    options: { firstSequence: 4_294_960_000 },
  },
  'shuffled pages of seven, history expired': {
    knobs: { pageOrder: 'shuffled', maxPageSize: 7, hasKeyOnLastPage: false, emptyBodyAs: 'missing' },
    options: { firstSequence: 311, goneShare: 0.3 },
  },
  'holes that are nothing but a sequence': {
    knobs: { pageOrder: 'shuffled', maxPageSize: 9, emptyBodyAs: 'bare' },
    options: { firstSequence: 77, goneShare: 0.3 },
  },
  'the key inclusive, nothing above thirteen fits': {
    knobs: { isKeyInclusive: true, largestAnswer: 13, isRecalledBodyKept: false },
    options: { firstSequence: 9 },
  },
};

export const tencentChatSuite: ProviderSuite = {
  name: 'Tencent Chat',
  variants: Object.keys(VARIANTS),
  async createWorld({ variant, messages, seed, clock }) {
    const { knobs = {}, options = {} } = VARIANTS[variant] ?? {};
    const world = await openWorld({ clock, messages, seed, knobs, ...options });
    const { sandbox } = world;
    return {
      identities: () => sandbox.posts().map((post) => String(post.MsgSeq)),
      // A hole may have no native id.
      identify: ({ sequence }) => String(Number(sequence.split('/').at(-1))),
      createChannel: (dependencies) => world.createChannel(dependencies),
      arrive(count) {
        for (let i = 0; i < count; i++) sandbox.add();
      },
      violations: () => sandbox.server.violations,
      close: () => world.close(),
    };
  },
};
