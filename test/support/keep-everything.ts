import { EVERYTHING } from '../../src/archive/everything.ts';
import { toEntry } from '../../src/archive/to-entry.ts';
import type { GatewayWorld } from './gateway-world.ts';
import { createWalk, walkAll } from './walk-source.ts';

/**
 * Keeps all that the providers of archived channels list now, settled or not; none of it counts as covered.
 *
 * @param since Unix ms
 */
export async function keepEverything({ gateway, stores }: GatewayWorld, since: number): Promise<void> {
  for (const channel of gateway.channels.values()) {
    for (const [index, name] of (channel.archiveNames ?? []).entries()) {
      const source = channel.sourcesFor(EVERYTHING)[index];
      if (!source) throw new Error(`${name} is the archive of no source`);
      const { messages } = await walkAll(source, createWalk('DESC', Date.now(), { oldest: since }));
      const archive = stores.store.messageArchive(name, `${channel.account} ${channel.name}`);
      const page = { delisted: [], readAt: Date.now(), covers: null, progress: null };
      await archive.keep({ ...page, entries: messages.map(toEntry) });
    }
  }
}
