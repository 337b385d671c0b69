import type { GatewayStores } from '../app/stores.ts';
import { archiveAccountOf, archiveNameOf } from '../archive/archive-names.ts';
import { EVERYTHING } from '../archive/everything.ts';
import {
  findInChannel,
  isAnythingFound,
  rowsOf,
  type ErasureTarget,
  type FoundInChannel,
} from '../compliance/erase.ts';
import { KNOWN_BY_ALL_MS, type Erasures } from '../compliance/erasures.ts';
import type { ChatChannel } from '../datasources/message-source.ts';
import type { ParticipantRecord } from '../domain/records.ts';
import { ConfigError } from '../errors/config-error.ts';
import type { Store } from '../store/store.ts';
import type { Clock } from '../util/clock.ts';
import type { Compliance } from './compliance.ts';

/** Whom to erase, and where. */
export interface Erasure {
  tenant: string;
  participant: ParticipantRecord;
  targets: readonly ErasureTarget[];
}

/** What a gateway had under way is found in the second; no third is needed but where one stalls. */
const MAX_PASSES = 10;

/** All channels of a tenant. */
export async function openTargets(
  { stores, channels, config }: Compliance,
  tenant: string,
): Promise<ErasureTarget[]> {
  const { store } = stores;
  const { events, inbox } = await store.openLive(config.webhooks);
  return [...channels.values()]
    .filter((channel) => channel.tenant === tenant)
    .map((channel) => ({ channel, archives: archivesOf(channel, store), events, inbox }));
}

/** Also of a channel whose configuration no longer has an archive. */
function archivesOf(channel: ChatChannel, store: Store): ErasureTarget['archives'] {
  return channel
    .sourcesFor(EVERYTHING)
    .map(({ id }) => store.messageArchive(archiveNameOf(channel, id), archiveAccountOf(channel)));
}

/** What is kept of the person now. */
export async function find(
  { erasures }: Pick<GatewayStores, 'erasures'>,
  { tenant, targets, participant: { role, nativeId } }: Erasure,
  clock: Clock,
): Promise<FoundInChannel[]> {
  const erased = await erasures.with(tenant, { role, nativeId }, clock.now());
  const found: FoundInChannel[] = [];
  for (const target of targets) found.push(await findInChannel(target, { role, nativeId, erased }));
  return found;
}

/**
 * Hides the person, and takes away what is kept, until nothing is found; and all cached pages, also when it fails.
 *
 * @param shown what was found first. @returns how many rows went
 * @throws ConfigError when there is always more
 */
export async function erasePasses(
  stores: Pick<GatewayStores, 'erasures' | 'clearPages'>,
  erasure: Erasure,
  shown: readonly FoundInChannel[],
  clock: Clock,
): Promise<number> {
  try {
    return await eraseAll(stores.erasures, erasure, shown, clock);
  } finally {
    await stores.clearPages();
  }
}

async function eraseAll(
  erasures: Erasures,
  erasure: Erasure,
  shown: readonly FoundInChannel[],
  clock: Clock,
): Promise<number> {
  const { tenant, participant } = erasure;
  const noted = new Set<string>();
  let found = shown;
  let rows = 0;
  for (let pass = 0; pass === 0 || isAnythingFound(found); pass++) {
    if (pass === MAX_PASSES)
      throw new ConfigError('The store', [
        'a gateway keeps adding what is erased: run the same command again',
      ]);
    const keys = found.flatMap((each) => each.keys).filter((key) => !noted.has(key));
    for (const key of keys) noted.add(key);
    // First: whatever dies meanwhile, nothing of it comes back.
    await erasures.note(tenant, participant, keys, clock.now());
    if (pass === 0) await clock.sleep(KNOWN_BY_ALL_MS);
    found = await find({ erasures }, erasure, clock);
    for (const each of found) await each.erase(clock.now());
    rows += rowsOf(found);
    found = await find({ erasures }, erasure, clock);
  }
  return rows;
}
