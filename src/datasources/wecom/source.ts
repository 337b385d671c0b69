import type { MessageStream } from '../../store/store.ts';
import { afterMessage } from '../kit/position.ts';
import {
  MAX_SLICE,
  type CallBudget,
  type MessageSource,
  type Slice,
  type SourcePosition,
  type Walk,
} from '../message-source.ts';
import type { ArchivedMessages } from './archived-messages.ts';
import { toBound, toStart } from './paging.ts';
import type { Sync } from './sync.ts';
import type { WeComMessageRecord } from './to-message.ts';

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
  readonly #archive: MessageStream;
  readonly #messages: ArchivedMessages;
  readonly #sync: Sync;

  constructor(channel: string, archive: MessageStream, messages: ArchivedMessages, sync: Sync) {
    this.id = channel;
    this.channel = channel;
    this.#archive = archive;
    this.#messages = messages;
    this.#sync = sync;
  }

  start(walk: Walk): SourcePosition {
    return toStart(walk);
  }

  async read(
    position: SourcePosition,
    walk: Walk,
    budget: CallBudget,
    limit: number = MAX_SLICE,
  ): Promise<Slice> {
    const bound = toBound(position, walk.order);
    // One more than is returned, to know whether any follow.
    const readOn = (): Promise<readonly WeComMessageRecord[]> =>
      this.#messages.read(walk.order, bound, limit + 1, walk.filter.conversationKey);
    const toSlice = (found: readonly WeComMessageRecord[], isComplete: boolean): Slice => {
      const messages = found.slice(0, limit);
      const last = messages.at(-1);
      return {
        page: null,
        messages,
        // The next archived message may be further away than the last one's time, but another one may still arrive
        // between them.
        next: last ? afterMessage(null, last, walk.order) : position,
        isEnd: isComplete && found.length === messages.length,
        // The archive begins with what was still listed when the channel was new.
        endReason: 'EXPIRED',
      };
    };
    if (walk.order === 'DESC') {
      await this.#sync.refreshForReader(budget.freshSince(walk.asOf), budget);
      return toSlice(await readOn(), true);
    }
    // A walk that continues to the present shows new messages at each request; one that ends before it began need
    // not.
    const wantedSince = budget.freshSince(walk.newest > walk.asOf ? budget.arrivedAt : walk.asOf);
    if ((await this.#archive.progress()).isBehind) await this.#sync.refreshForReader(wantedSince, budget);
    // Before it is read: what comes meanwhile may be missing in what was read.
    const isFresh = await this.#sync.isFresh(wantedSince);
    const archived = await readOn();
    if (archived.length > 0) return toSlice(archived, isFresh);
    await this.#sync.refreshForReader(wantedSince, budget);
    return toSlice(await readOn(), true);
  }
}
