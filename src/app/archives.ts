import type { Logger } from 'pino';
import { archiveAccountOf, archiveNameOf } from '../archive/archive-names.ts';
import { archiveChannel } from '../archive/archived-channel.ts';
import { EVERYTHING } from '../archive/everything.ts';
import { IDLE_MS } from '../archive/gap-pauses.ts';
import type { KeptSource } from '../archive/kept-source.ts';
import { unsearchable } from '../archive/unsearchable.ts';
import { readIsHeld } from '../compliance/holds.ts';
import type { GatewayConfig } from '../config/settings.ts';
import type { ChatChannel } from '../datasources/message-source.ts';
import { ConfigError } from '../errors/config-error.ts';
import { StoreError } from '../errors/store-error.ts';
import type { ProviderStores, Store } from '../store/store.ts';
import type { Clock } from '../util/clock.ts';

const HOUR_MS = 3_600_000;
/** What has settled is kept within minutes, or an hour where nothing is expected, and is not missing until then. */
const FILL_MS = IDLE_MS + 900_000;

interface ArchivedChannels {
  /** All, in the same order. */
  channels: Map<string, ChatChannel>;
  /** The sources that are to be kept. */
  kept: KeptSource[];
}

/**
 * Has those channels read from an archive whose configuration says so. The archive is that of the account: a channel that is
 * configured for another one does not show what is kept of the former.
 *
 * @param created by name
 * @throws ConfigError when an archive cannot be opened
 */
export function archiveChannels(
  created: ReadonlyMap<string, ChatChannel>,
  config: GatewayConfig,
  store: Pick<Store, 'messageArchive' | 'compliance'>,
  { clock, log }: { clock: Clock; log: Logger },
): ArchivedChannels {
  const channels = new Map(created);
  const kept: KeptSource[] = [];
  for (const { name, archive } of config.channels) {
    const channel = created.get(name);
    if (!channel || !archive) continue;
    const {
      since,
      share,
      retentionDays,
      search: isSearchable = config.store.encryptionKey === undefined,
    } = archive;
    const background = { keepsFree: share };
    const isPushedTo = channel.push !== null;
    const settleMs = archive.settleHours * HOUR_MS;
    const nameOf = (source: string): string => archiveNameOf(channel, source);
    const account = archiveAccountOf(channel);
    for (const source of channel.sourcesFor(EVERYTHING)) {
      const sourceName = nameOf(source.id);
      // Opened now, and not by the first reader.
      const opened = open(store, sourceName, account);
      const archive = isSearchable ? opened : unsearchable(opened);
      kept.push({
        name: sourceName,
        since,
        settleMs,
        retentionDays,
        source,
        archive,
        background,
        isPushedTo,
        readHolds: () => readIsHeld(store.compliance),
      });
    }
    channels.set(
      name,
      archiveChannel(
        channel,
        { nameOf, open: (archive) => store.messageArchive(archive, account) },
        { since, retentionDays, dueMs: settleMs + FILL_MS, isSearchable },
        clock,
        (error) => {
          log.warn(
            { err: error, channel: name },
            'An archive does not answer; the channel is read from its provider',
          );
        },
      ),
    );
  }
  return { channels, kept };
}

function open(
  store: Pick<ProviderStores, 'messageArchive'>,
  source: string,
  account: string,
): ReturnType<ProviderStores['messageArchive']> {
  try {
    return store.messageArchive(source, account);
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    throw new ConfigError('The configuration', [`store: ${error.message}`]);
  }
}
