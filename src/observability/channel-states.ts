import type { CallOutcome, UpstreamObserver } from '../domain/upstream-calls.ts';
import type { Clock } from '../util/clock.ts';

/** How the last call of a channel ended. */
export interface ChannelState {
  outcome: CallOutcome;
  /** Unix ms. */
  at: number;
}

/** Remembers how each channel's provider answered last. */
export class ChannelStates implements UpstreamObserver {
  readonly #clock: Clock;
  readonly #states = new Map<string, ChannelState>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** @returns null as long as the channel was not asked for anything */
  of(channel: string): ChannelState | null {
    return this.#states.get(channel) ?? null;
  }

  called({ channel, outcome }: { channel: string; outcome: CallOutcome }): void {
    // Nobody waited to see how it would end.
    if (outcome !== 'ABANDONED') this.#states.set(channel, { outcome, at: this.#clock.now() });
  }

  refused(): void {
    // The calls that led to it have been noted.
  }
}
