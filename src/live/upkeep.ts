import type { Logger } from 'pino';
import type { KeptSource } from '../archive/kept-source.ts';
import { RETRY_MS, SourceSync } from '../archive/source-sync.ts';
import type { Background } from '../datasources/call-budget.ts';
import type { KeepUp } from '../datasources/message-source.ts';
import type { EventLog, Lease } from '../store/store.ts';
import type { ChannelBudget, RequestBudget } from '../timeline/request-budget.ts';
import type { Clock } from '../util/clock.ts';
import { untilAborted } from '../util/until-aborted.ts';
import { watchEvents } from './event-watch.ts';
import { Keeper, type KeeperOptions } from './keeper.ts';
import type { NewestEvents } from './newest-events.ts';

export interface UpkeepOptions {
  events: EventLog;
  /** Shared by all that follow the log. */
  newest: NewestEvents;
  clock: Clock;
  log: Logger;
  /** How often a channel whose provider drops messages is pulled. */
  pullEveryMs: number;
  /** @param background left out: its work cannot wait */
  createRequestBudget: (background?: Background) => RequestBudget;
}

type Job = Pick<KeeperOptions, 'pull' | 'intervalMs' | 'tell'> & { background?: Background };

/** Fetches what must be kept, with or without readers, while this process has the lease for it. Its methods never fail. */
export class Upkeep {
  readonly #options: UpkeepOptions;

  constructor(options: UpkeepOptions) {
    this.#options = options;
  }

  /** Pulls a channel whose provider drops messages, until the lease ends. */
  pullWith(lease: Lease, channel: string, keepUp: KeepUp): Promise<void> {
    const { log, pullEveryMs } = this.#options;
    const keeper = this.#createKeeper(channel, {
      pull: async (createBudget) => {
        await keepUp.pull(createBudget());
        return { pauseMs: pullEveryMs, failure: null };
      },
      intervalMs: pullEveryMs,
      tell: (err, level) => {
        if (level === 'warn') log.warn({ channel, err }, 'A scheduled pull failed');
        else log.error({ channel, err }, 'A scheduled pull failed unexpectedly');
      },
    });
    return keepUntilAborted(keeper, lease);
  }

  /** Fills the archive of a source, on a schedule and whenever its channel has an event, until the lease ends. */
  async fillWith(lease: Lease, kept: KeptSource): Promise<void> {
    const { events, newest, clock, log } = this.#options;
    const { channel } = kept.source;
    const sync = new SourceSync(kept, clock);
    const keeper = this.#createKeeper(channel, {
      background: kept.background,
      pull: (createBudget) => sync.run(lease, createBudget),
      intervalMs: RETRY_MS,
      tell: (err, level) => {
        if (level === 'warn') log.warn({ channel, err }, 'An archive could not be filled');
        else log.error({ channel, err }, 'An archive could not be filled unexpectedly');
      },
    });
    const wake = (): void => {
      sync.wake();
      keeper.wake();
    };
    const watching = watchEvents({
      channel,
      events,
      newest,
      clock,
      signal: lease.signal,
      onEvent: wake,
      onFailure: (err) => {
        wake();
        log.warn({ channel, err }, 'An archive cannot see what is new; it looks by itself');
      },
    });
    await keepUntilAborted(keeper, lease);
    await watching;
  }

  #createKeeper(channel: string, { background, ...job }: Job): Keeper {
    const { clock, createRequestBudget } = this.#options;
    const createBudget = (): ChannelBudget => createRequestBudget(background).forChannel(channel);
    return new Keeper({ ...job, clock, createBudget });
  }
}

async function keepUntilAborted(keeper: Keeper, { signal }: Lease): Promise<void> {
  keeper.begin();
  await untilAborted(signal);
  await keeper.close();
}
