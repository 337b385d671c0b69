import type { CallBudget, MessageSource, Slice, SourcePosition, Walk } from '../message-source.ts';
import type { Archive, ArchivedMessage } from './archive.ts';
import { toBound, toPositionAfter, toStart } from './paging.ts';
import type { Sync } from './sync.ts';
import { toMessage } from './to-message.ts';

/** The number of messages per read: cheap enough for a filter to discard, enough to fill most pages. */
const SLICE_MESSAGES = 200;

/**
 * One corporation's messages, read from the archive, which is brought up to date when a walk needs it:
 *
 * - A DESC walk begins with the newest messages, so the archive must first hold everything up to the start of the
 * walk.
 *
 * - An ASC walk reads the archive, and checks for new messages at its end. Only an archive that is known to be behind
 * is brought up to date first: messages still to come may belong among the archived ones.
 *
 * Later pages of a walk cost no calls. Without a push token calls are scarce, and the current archive is good enough
 * meanwhile.
 */
export class WeComSource implements MessageSource {
  readonly id: string;
  readonly channel: string;
  readonly #archive: Archive;
  readonly #sync: Sync;

  constructor(channel: string, archive: Archive, sync: Sync) {
    this.id = channel;
    this.channel = channel;
    this.#archive = archive;
    this.#sync = sync;
  }

  start(walk: Walk): SourcePosition {
    return toStart(walk);
  }

  async read(position: SourcePosition, walk: Walk, budget: CallBudget): Promise<Slice> {
    const bound = toBound(position, walk.order);
    // One more than is returned, to know whether any follow.
    const readOn = (): ArchivedMessage[] =>
      this.#archive.read(walk.order, bound, SLICE_MESSAGES + 1, walk.filter.conversationKey);
    if (walk.order === 'DESC') {
      await this.#sync.refreshForReader(walk.asOf, budget);
      return this.#toSlice(readOn(), position, walk, true);
    }
    // A walk that continues to the present shows new messages at each request; one that ends before it began need
    // not.
    const wantedSince = walk.newest > walk.asOf ? budget.arrivedAt : walk.asOf;
    if (this.#archive.progress().isBehind) await this.#sync.refreshForReader(wantedSince, budget);
    const archived = readOn();
    if (archived.length > 0) {
      return this.#toSlice(archived, position, walk, this.#sync.isFresh(wantedSince));
    }
    await this.#sync.refreshForReader(wantedSince, budget);
    return this.#toSlice(readOn(), position, walk, true);
  }

  /** @param isComplete whether the archive has everything that the walk must show */
  #toSlice(found: ArchivedMessage[], position: SourcePosition, walk: Walk, isComplete: boolean): Slice {
    const given = found.slice(0, SLICE_MESSAGES);
    const last = given.at(-1);
    return {
      page: null,
      messages: given.map((archived) => toMessage(this.channel, archived)),
      next: last ? toPositionAfter(last, walk.order) : position,
      isEnd: isComplete && found.length === given.length,
      // The archive begins with what was still listed when the channel was new.
      endReason: 'EXPIRED',
    };
  }
}
