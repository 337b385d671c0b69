import type { WhatsAppKnobs } from '../../../src/sandbox/whatsapp-scrm/sandbox.ts';
import type { ProviderSuite } from '../../contract/message-source.ts';
import { openWorld } from './world.ts';

const VARIANTS: Record<string, Partial<WhatsAppKnobs>> = {
  'as in the samples, both ends inclusive': {},
  'neither end inclusive, oldest first, totals of the page': {
    edges: 'neither',
    pageOrder: 'id-asc',
    totals: 'page',
  },
  'start inclusive, shuffled, numbers as text, total always 1': {
    edges: 'start',
    pageOrder: 'shuffled',
    totals: 'one',
    numbersAs: 'strings',
  },
  'end inclusive, by time, wild totals, contents as objects': {
    edges: 'end',
    pageOrder: 'time-asc',
    totals: 'huge',
    contentsAs: 'objects',
  },
  'the last page once more beyond the last': { beyondLast: 'last page', pageOrder: 'id-desc' },
  'pages cut at forty without saying so': { maxPageSize: 40, isSizeEchoed: true, pageOrder: 'time-desc' },
};

export const whatsAppSuite: ProviderSuite = {
  name: 'WhatsApp SCRM',
  variants: Object.keys(VARIANTS),
  async createWorld({ variant, messages, seed, clock }) {
    // A new process knows nothing of the calls that another one made in the same second of a clock that stands still.
    const knobs = { ...VARIANTS[variant], callsPerSecond: Infinity };
    const world = await openWorld({ clock, messages, seed, knobs });
    const { sandbox } = world;
    return {
      identities: () => world.ids(),
      identify: (message) => message.nativeId ?? '',
      createChannel: (dependencies) => world.createChannel(dependencies),
      arrive(count) {
        for (let i = 0; i < count; i++) sandbox.add();
      },
      violations: () => sandbox.server.violations,
      close: () => world.close(),
    };
  },
};
