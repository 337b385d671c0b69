import type { HoldScope } from '../domain/hold.ts';
import { ConfigError } from '../errors/config-error.ts';
import { readConfig } from '../config/read-config.ts';
import { createLogger } from '../observability/log.ts';
import { openForReading } from '../store/open-store.ts';
import type { Hold } from '../store/store.ts';
import { systemClock as clock } from '../util/clock.ts';
import { findChannel, findParticipant, withCompliance, type Compliance } from './compliance.ts';
import type { NamedParticipant } from './named-participant.ts';

export interface HoldArguments {
  config: string;
  reason: string;
  channel?: string;
  participant?: NamedParticipant;
  /** Its global id. */
  conversation?: string;
  /** Unix ms, inclusive. */
  since?: number;
  /** Unix ms, exclusive. */
  until?: number;
}

/**
 * Holds messages from now on, and prints the hold; of a person in all channels of the tenant, each with a hold of its own, unless one
 * channel is named.
 *
 * @throws ConfigError
 */
export async function runHoldAdd(args: HoldArguments): Promise<void> {
  await withCompliance(args.config, async (opened) => {
    const { compliance } = opened.stores.store;
    for (const scope of inEachChannel(toScope(args, opened), args, opened)) {
      const channels = scope.channel === null ? [] : [scope.channel];
      // First: killed in between, the log tells what may have been done.
      await opened.record('hold add', channels, 1);
      const placedAt = clock.now();
      const id = await compliance.placeHold(args.reason, scope, placedAt);
      await opened.record('hold add done', channels, 1, String(id));
      print({ id, reason: args.reason, scope, placedAt, releasedAt: null });
    }
  });
}

/** Prints the holds, one JSON object per line, also while a gateway runs. @throws ConfigError */
export async function runHoldList(options: { config: string }): Promise<void> {
  const { store: settings, directory } = readConfig(options.config, process.env);
  const log = createLogger(process.env['LOG_LEVEL'] ?? 'error');
  const { location, encryptionKey = null } = settings;
  const store = await openForReading(location, directory, encryptionKey, { clock, log });
  try {
    for (const hold of await store.compliance.holds()) print(hold);
  } finally {
    await store.close();
  }
}

/** Ends a hold: what nothing else holds may go from now on. @throws ConfigError when there is none */
export async function runHoldRelease(id: number, options: { config: string }): Promise<void> {
  await withCompliance(options.config, async ({ stores, record }) => {
    const { compliance } = stores.store;
    const holds = await compliance.holds();
    const hold = holds.find((other) => other.id === id && other.releasedAt === null);
    const missing = new ConfigError('The store', [`there is no hold ${id} that still holds`]);
    if (!hold) throw missing;
    const channels = hold.scope.channel === null ? [] : [hold.scope.channel];
    await record('hold release', channels, 1, String(id));
    const releasedAt = clock.now();
    if (!(await compliance.releaseHold(id, releasedAt))) throw missing;
    await record('hold release done', channels, 1, String(id));
    print({ ...hold, releasedAt });
  });
}

/** An erasure is of a tenant, and so is a person. */
function inEachChannel(scope: HoldScope, args: HoldArguments, { channels }: Compliance): HoldScope[] {
  const { channel, participant, conversationKey } = scope;
  if (channel === null || participant === null || conversationKey !== null || args.channel !== undefined)
    return [scope];
  const { tenant } = findChannel(channels, channel);
  return [...channels.values()]
    .filter((other) => other.tenant === tenant)
    .map(({ name }) => ({ ...scope, channel: name }));
}

function toScope(args: HoldArguments, { channels, ids }: Compliance): HoldScope {
  const { participant: named, conversation, since = null, until = null } = args;
  const participant = named ? findParticipant(channels, named) : null;
  const decoded = conversation === undefined ? null : ids.decode(conversation);
  if (conversation !== undefined && decoded?.type !== 'Conversation')
    throw new ConfigError('The command', ['--conversation: is not the id of a conversation of this gateway']);
  const found = decoded?.type === 'Conversation' ? decoded : null;
  const names = new Set(
    [args.channel, participant?.channel, found?.channel].filter((name) => name !== undefined),
  );
  const [channel = null, ...others] = names;
  if (others.length > 0)
    throw new ConfigError('The command', ['it names several channels: give each a hold']);
  if (channel !== null) findChannel(channels, channel);
  if (since !== null && until !== null && since >= until)
    throw new ConfigError('The command', ['--since: must be before --until']);
  return {
    channel,
    participant: participant && { role: participant.role, nativeId: participant.nativeId },
    conversationKey: found?.key ?? null,
    since,
    until,
  };
}

function print({ id, reason, scope, placedAt, releasedAt }: Hold): void {
  const { channel, participant, conversationKey, since, until } = scope;
  const shown = {
    id,
    reason,
    placedAt: toText(placedAt),
    releasedAt: toText(releasedAt),
    channel,
    participant,
    conversationKey,
    since: toText(since),
    until: toText(until),
  };
  process.stdout.write(`${JSON.stringify(shown)}\n`);
}

function toText(moment: number | null): string | null {
  return moment === null ? null : new Date(moment).toISOString();
}
