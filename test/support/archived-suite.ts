import { archiveChannel } from '../../src/archive/archived-channel.ts';
import { toEntry } from '../../src/archive/to-entry.ts';
import type { MessageSource } from '../../src/datasources/message-source.ts';
import { Random } from '../../src/sandbox/random.ts';
import type { TimeSpan } from '../../src/store/store.ts';
import type { ProviderSuite } from '../contract/message-source.ts';
import { createPage } from './archive-page.ts';
import { createDependencies } from './dependencies.ts';
import { MemoryArchive } from './memory-archive.ts';
import { createWalk, walkAll } from './walk-source.ts';

const DAY_MS = 86_400_000;
/** What is older has settled: WeChat's windows are closed by then. */
const SETTLED_MS = 26 * 3_600_000;

/** An archive that has everything of the source up to a moment, and covers nothing. @param now Unix ms */
export async function fillArchive(source: MessageSource, now: number): Promise<MemoryArchive> {
  const archive = new MemoryArchive();
  const { messages } = await walkAll(source, createWalk('ASC', now));
  await archive.keep(createPage({ entries: messages.map(toEntry), readAt: now }));
  return archive;
}

/** Some spans of the past, with holes; all of it may be covered, or nothing. */
export function randomCoverage(random: Random, since: number, until: number): TimeSpan[] {
  const count = random.between(0, 4);
  const moments = Array.from({ length: 2 * count }, () => random.between(since, until)).sort((a, b) => a - b);
  return moments.flatMap((moment, index) =>
    index % 2 === 0 ? { since: moment, until: moments[index + 1] ?? until } : [],
  );
}

/** The same provider's channels, with an archive of what has settled that has holes. */
export function withArchive(suite: ProviderSuite, variants = suite.variants, tries = 2): ProviderSuite {
  return {
    ...suite,
    name: `${suite.name} with an archive`,
    variants,
    tries,
    async createWorld(options) {
      const { clock, seed } = options;
      const world = await suite.createWorld(options);
      const now = clock.now();
      const [source] = world
        .createChannel(createDependencies(clock))
        .sourcesFor(createWalk('ASC', now).filter);
      if (!source) throw new Error('The channel has no source');
      const archive = await fillArchive(source, now);
      for (const span of randomCoverage(new Random(seed), now - 25 * DAY_MS, now - SETTLED_MS))
        archive.cover(span);
      return {
        ...world,
        createChannel: (dependencies) =>
          archiveChannel(
            world.createChannel(dependencies),
            { nameOf: (id) => id, open: () => archive },
            { since: 0, dueMs: SETTLED_MS },
            dependencies.clock,
            (error) => {
              throw error;
            },
          ),
      };
    },
  };
}
