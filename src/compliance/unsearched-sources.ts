import { archiveNameOf } from '../archive/archive-names.ts';
import { EVERYTHING } from '../archive/everything.ts';
import type { ChatChannel } from '../datasources/message-source.ts';
import type { Provider } from '../domain/records.ts';

/**
 * The archives of a provider that no channel has: of a channel, or an account of it, that was removed or renamed, or has another
 * address. Whether a person of some tenant is in them is not known.
 *
 * @param kept names of all sources that have an archive
 */
export function unsearchedSources(
  kept: readonly string[],
  channels: readonly ChatChannel[],
  provider: Provider,
): string[] {
  const searched = new Set(
    channels.flatMap((channel) => channel.sourcesFor(EVERYTHING).map(({ id }) => archiveNameOf(channel, id))),
  );
  // The name of each begins with its account, and that with its provider.
  return kept.filter((name) => name.startsWith(`${provider} `) && !searched.has(name));
}
