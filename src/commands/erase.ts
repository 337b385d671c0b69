import { createInterface } from 'node:readline/promises';
import { archiveAccountOf, archiveNameOf } from '../archive/archive-names.ts';
import { EVERYTHING } from '../archive/everything.ts';
import {
  findInChannel,
  isAnythingFound,
  type ErasureTarget,
  type FoundInChannel,
} from '../compliance/erase.ts';
import { KNOWN_WITHIN_MS } from '../compliance/erasures.ts';
import type { ChatChannel } from '../datasources/message-source.ts';
import type { ParticipantRecord } from '../domain/records.ts';
import { ConfigError } from '../errors/config-error.ts';
import { StoreError } from '../errors/store-error.ts';
import { scrubStore } from '../store/open-store.ts';
import type { Store } from '../store/store.ts';
import { systemClock as clock } from '../util/clock.ts';
import { findChannel, findParticipant, withCompliance, type Compliance } from './compliance.ts';
import type { NamedParticipant } from './named-participant.ts';

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

/** Every gateway knows by then whom to leave out, and has kept what it had read before. */
const WAIT_MS = 3 * KNOWN_WITHIN_MS;
/** What a gateway had under way is found in the second; no third is needed but where one stalls. */
const MAX_PASSES = 10;

/**
 * Shows what is kept of a person, and removes it for good, from all channels of the account. Killed in between, it ends the next time.
 *
 * @throws ConfigError also when it is not confirmed
 */
export async function runErase(args: EraseArguments): Promise<void> {
  const { config, log, isErased } = await withCompliance(args.config, async (opened) => {
    const participant = findParticipant(opened.channels, args.participant);
    const { tenant: account } = findChannel(opened.channels, participant.channel);
    const targets = await openTargets(opened, account);
    const found = await find(opened, targets, account, participant);
    show(found);
    if (args.dryRun ?? false) return { ...opened, isErased: false };
    if (!(args.yes ?? false)) await confirm(participant);
    await erase(opened, targets, account, participant, found);
    return { ...opened, isErased: true };
  });
  if (!isErased) return;
  // Once nothing of it is open here: the log of a file is emptied when nothing reads from it.
  const { location, encryptionKey = null } = config.store;
  try {
    await scrubStore(location, config.directory, encryptionKey, log, args.rewrite ?? false);
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    throw new ConfigError('The store', [`${error.message}. Run the same command again`]);
  }
  process.stdout.write('Erased. Backups, logs and replicas are yours to erase: see docs/compliance.md.\n');
}

async function openTargets(
  { stores, channels, config }: Compliance,
  account: string,
): Promise<ErasureTarget[]> {
  const { store } = stores;
  const { events, inbox } = await store.openLive(config.webhooks);
  return [...channels.values()]
    .filter((channel) => channel.tenant === account)
    .map((channel) => ({ channel, archives: archivesOf(channel, store), events, inbox }));
}

/** Also of a channel whose configuration no longer has an archive. */
function archivesOf(channel: ChatChannel, store: Store): ErasureTarget['archives'] {
  return channel
    .sourcesFor(EVERYTHING)
    .map(({ id }) => store.messageArchive(archiveNameOf(channel, id), archiveAccountOf(channel)));
}

async function find(
  { stores }: Compliance,
  targets: readonly ErasureTarget[],
  account: string,
  { role, nativeId }: ParticipantRecord,
): Promise<FoundInChannel[]> {
  const erased = await stores.erasures.with(account, { role, nativeId }, clock.now());
  const found: FoundInChannel[] = [];
  for (const target of targets) found.push(await findInChannel(target, { role, nativeId, erased }));
  return found;
}

async function erase(
  opened: Compliance,
  targets: readonly ErasureTarget[],
  account: string,
  participant: ParticipantRecord,
  shown: readonly FoundInChannel[],
): Promise<void> {
  const { stores, record } = opened;
  const names = targets.map(({ channel }) => channel.name);
  await record('erase', names, rowsOf(shown));
  let found = shown;
  let rows = 0;
  for (let pass = 0; pass === 0 || isAnythingFound(found); pass++) {
    if (pass === MAX_PASSES)
      throw new ConfigError('The store', [
        'a gateway keeps adding what is erased: run the same command again',
      ]);
    const keys = found.flatMap((each) => each.keys);
    // First: whatever dies meanwhile, nothing of it comes back.
    await stores.erasures.note(account, participant, keys, clock.now());
    if (pass === 0) await clock.sleep(WAIT_MS);
    found = await find(opened, targets, account, participant);
    for (const each of found) await each.erase(clock.now());
    rows += rowsOf(found);
    found = await find(opened, targets, account, participant);
  }
  await stores.clearPages();
  await record('erase done', names, rows);
}

function show(found: readonly FoundInChannel[]): void {
  for (const { channel, counts, held } of found) {
    const lines = Object.entries(counts)
      .filter(([, count]) => count > 0)
      .map(
        ([table, count]) =>
          `  ${table === 'names' ? 'messages of others, without the name' : table}: ${count}`,
      );
    if (held > 0) lines.push(`  held, and kept: ${held}`);
    process.stdout.write(`${channel}:\n${lines.length > 0 ? lines.join('\n') : '  nothing'}\n`);
  }
}

function rowsOf(found: readonly FoundInChannel[]): number {
  return found.flatMap(({ counts }) => Object.values(counts)).reduce((sum, count) => sum + count, 0);
}

/** @throws ConfigError unless the id is typed */
async function confirm({ nativeId }: ParticipantRecord): Promise<void> {
  if (!process.stdin.isTTY)
    throw new ConfigError('The command', ['nothing was erased: confirm it with --yes, or on a terminal']);
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const typed = await terminal.question(`To erase this for good, type the id ${nativeId}: `);
    if (typed.trim() !== nativeId) throw new ConfigError('The command', ['nothing was erased']);
  } finally {
    terminal.close();
  }
}
