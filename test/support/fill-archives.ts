import { archiveAccountOf, archiveNameOf } from '../../src/archive/archive-names.ts';
import { EVERYTHING } from '../../src/archive/everything.ts';
import { toEntry } from '../../src/archive/to-entry.ts';
import { createPage } from './archive-page.ts';
import type { GatewayWorld } from './gateway-world.ts';
import { createWalk, walkAll } from './walk-source.ts';

/** Keeps all that the providers list now, as if it had been read back, and nothing of it had settled. */
export async function fillArchives(
  { gateway, stores }: Pick<GatewayWorld, 'gateway' | 'stores'>,
  now: number,
): Promise<void> {
  for (const channel of gateway.channels.values()) {
    for (const source of channel.sourcesFor(EVERYTHING)) {
      const { messages } = await walkAll(source, createWalk('ASC', now));
      const name = archiveNameOf(channel, source.id);
      const archive = stores.store.messageArchive(name, archiveAccountOf(channel));
      await archive.keep(createPage({ entries: messages.map(toEntry), readAt: now }));
    }
  }
}
