import { BudgetSpentError, UpstreamError } from '../errors/upstream-error.ts';
import type { ChatChannel, MessageSource } from '../datasources/message-source.ts';
import { urlExpiriesOf } from '../domain/media-urls.ts';
import type { MessageRecord } from '../domain/records.ts';
import type { MessageArchive, TimeSpan } from '../store/store.ts';
import type { Clock } from '../util/clock.ts';
import { withChanges } from '../util/with-changes.ts';
import { ArchiveGuard } from './archive-guard.ts';
import { readArchiveState, type ArchiveGoal } from './archive-state.ts';
import { ArchivedSource } from './archived-source.ts';
import { without } from './coverage-gaps.ts';
import { EVERYTHING } from './everything.ts';
import { KeptMessages } from './kept-messages.ts';
import { stretchAt } from './stretch.ts';

/** The archives of a channel's sources. */
export interface SourceArchives {
  /** @param id as `MessageSource.id`. @returns as for the ports of the store */
  nameOf: (id: string) => string;
  open: (name: string) => MessageArchive;
}

/**
 * The same channel, whose history comes from an archive as far as that covers it.
 *
 * @param goal what its state is compared with
 * @param onFailure called when the archive's store fails, once until it answers again: meanwhile the channel has what the
 * provider can tell
 */
export function archiveChannel<Channel extends ChatChannel>(
  channel: Channel,
  archives: SourceArchives,
  goal: ArchiveGoal,
  clock: Clock,
  onFailure: (error: unknown) => void,
): Channel {
  const guard = new ArchiveGuard(onFailure);
  const opened = new Map<string, KeptMessages>();
  const archiveOf = (id: string): MessageArchive => archives.open(archives.nameOf(id));
  const keptOf = ({ id }: MessageSource): KeptMessages => {
    const kept = opened.get(id) ?? new KeptMessages(archiveOf(id));
    opened.set(id, kept);
    return kept;
  };
  const allKept = (): KeptMessages[] => channel.sourcesFor(EVERYTHING).map(keptOf);
  const sources = new WeakMap<MessageSource, MessageSource>();
  const toArchived = (source: MessageSource): MessageSource => {
    const archived = sources.get(source) ?? guarded(new ArchivedSource(source, keptOf(source)), guard);
    sources.set(source, archived);
    return archived;
  };

  const changes: Pick<
    ChatChannel,
    'sourcesFor' | 'earliestReachableAt' | 'findMessage' | 'archiveNames' | 'archiveState'
  > = {
    archiveNames: channel.sourcesFor(EVERYTHING).map(({ id }) => archives.nameOf(id)),

    sourcesFor: (filter) => channel.sourcesFor(filter).map(toArchived),

    archiveState: () =>
      readArchiveState(
        channel.sourcesFor(EVERYTHING).map(({ id }) => archiveOf(id)),
        goal,
        clock,
      ),

    async earliestReachableAt(now) {
      const earliest = await channel.earliestReachableAt(now);
      const spans = await guard.run<(readonly TimeSpan[])[]>(
        () =>
          Promise.all(allKept().map(async (kept) => without(await kept.coverage(), await kept.expired()))),
        () => [],
      );
      // Unknown, it may be earlier than anything that is kept.
      return earliest === null ? null : Math.min(earliest, ...spans.flat().map(({ since }) => since));
    },

    async findMessage(key, budget) {
      const kept = await guard.run(
        () => findKept(allKept(), key),
        () => null,
      );
      const isLive = urlExpiriesOf(kept?.message.parts ?? null).every((expiry) => expiry > budget.arrivedAt);
      if (kept?.isCovered && isLive) return kept.message;
      try {
        return (await channel.findMessage(key, budget)) ?? kept?.message ?? null;
      } catch (error) {
        if (kept && (error instanceof UpstreamError || isSpent(error, kept))) return kept.message;
        throw error;
      }
    },
  };
  // What only its provider's channels have stays the channel's own.
  return withChanges(channel, changes);
}

function guarded(source: ArchivedSource, guard: ArchiveGuard): MessageSource {
  return {
    id: source.id,
    channel: source.channel,
    start: (walk) => source.start(walk),
    read: (...reading) =>
      guard.run(
        () => source.read(...reading),
        (failure) => source.readWithoutArchive(failure, ...reading),
      ),
  };
}

/** A message that is complete but for its URLs is worth no failure. */
function isSpent(error: unknown, { isCovered }: { isCovered: boolean }): boolean {
  return error instanceof BudgetSpentError && isCovered;
}

async function findKept(
  archives: readonly KeptMessages[],
  key: string,
): Promise<{ message: MessageRecord; isCovered: boolean } | null> {
  for (const kept of archives) {
    const message = await kept.find(key);
    if (!message) continue;
    const { side } = stretchAt(message.sentAt, await kept.coverage());
    return { message, isCovered: side === 'ARCHIVE' };
  }
  return null;
}
