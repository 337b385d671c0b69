import { rowsOf, type FoundInChannel } from '../compliance/erase.ts';
import { unsearchedSources } from '../compliance/unsearched-sources.ts';
import { ConfigError } from '../errors/config-error.ts';
import { StoreError } from '../errors/store-error.ts';
import { scrubStore } from '../store/open-store.ts';
import { systemClock as clock } from '../util/clock.ts';
import { findChannel, findParticipant, withCompliance, type Compliance } from './compliance.ts';
import { erasePasses, find, openTargets, type Erasure } from './erase-passes.ts';
import { confirm, show, tellEnd, toExitCode, type Findings } from './erase-report.ts';
import type { NamedParticipant } from './named-participant.ts';
import { orRecorded } from './or-recorded.ts';

export interface EraseArguments {
  config: string;
  participant: NamedParticipant;
  /** Only show what there is. */
  dryRun?: boolean;
  /** Without asking. */
  yes?: boolean;
  /** Of a server: write its tables anew. */
  rewrite?: boolean;
}

/** Adds a record of this erasure. @param by left out: while the store is open first */
type RecordAs = (what: string, rows: number, by?: Compliance) => Promise<void>;

/** Unix ms. */
const EARLIEST = 0;

/**
 * Shows what is kept of a person, and removes it for good, from all channels of the tenant. Killed in between, it ends the next time. The
 * exit code tells what was not done, as `toExitCode`.
 *
 * @throws ConfigError also when it is not confirmed
 */
export async function runErase(args: EraseArguments): Promise<void> {
  const isReadOnly = args.dryRun ?? false;
  const done = await withCompliance(
    args.config,
    async (opened) => {
      const participant = findParticipant(opened.channels, args.participant);
      const { tenant } = findChannel(opened.channels, participant.channel);
      const erasure = { tenant, participant, targets: await openTargets(opened, tenant) };
      const found = await find(opened.stores, erasure, clock);
      const findings = await toFindings(opened, found, erasure);
      show(findings);
      process.exitCode = toExitCode(findings);
      if (isReadOnly) return null;
      if (!(args.yes ?? false)) await confirm(participant);
      const subject = await opened.stores.erasures.hashOf(tenant, participant);
      const channels = erasure.targets.map(({ channel }) => channel.name);
      const recordAs: RecordAs = (what, rows, by = opened) => by.record(what, channels, rows, subject);
      const rows = await erase(opened, erasure, found, recordAs);
      return { opened, findings, rows, recordAs };
    },
    { isReadOnly },
  );
  if (done === null) return;
  const { opened, findings, rows, recordAs } = done;
  // Once nothing of it is open here: the log of a file is emptied when nothing reads from it.
  await orRecorded(
    () => scrub(opened, args.rewrite ?? false),
    () => withCompliance(args.config, (again) => recordAs('erase failed', rows, again)),
  );
  await withCompliance(args.config, (again) => recordAs('erase done', rows, again));
  tellEnd(findings);
}

async function toFindings(
  { stores, channels }: Compliance,
  found: readonly FoundInChannel[],
  { tenant, participant }: Erasure,
): Promise<Findings> {
  const { store, erasures } = stores;
  const { provider } = findChannel(channels, participant.channel);
  return {
    found,
    wasErased: (await erasures.of(tenant))?.has(participant, EARLIEST) ?? false,
    unsearched: unsearchedSources(await store.archiveIndex().sources(), [...channels.values()], provider),
  };
}

/** @returns how many rows went */
async function erase(
  opened: Compliance,
  erasure: Erasure,
  shown: readonly FoundInChannel[],
  recordAs: RecordAs,
): Promise<number> {
  await recordAs('erase', rowsOf(shown));
  return orRecorded(
    () => erasePasses(opened.stores, erasure, shown, clock),
    () => recordAs('erase failed', 0),
  );
}

/** @throws ConfigError */
async function scrub({ config: { store, directory }, log }: Compliance, isWhole: boolean): Promise<void> {
  const { location, encryptionKey = null } = store;
  try {
    await scrubStore(location, directory, encryptionKey, log, isWhole);
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    throw new ConfigError('The store', [`${error.message}. Run the same command again`]);
  }
}
