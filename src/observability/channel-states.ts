import type { CallOutcome, UpstreamObserver } from '../domain/upstream-calls.ts';
import type { Clock } from '../util/clock.ts';

/** How the last call of a channel ended. */
export interface ChannelState {
  outcome: CallOutcome;
  /** Unix ms. */
  at: number;
}

/** Remembers how each provider's last call ended, by channel. */
export class ChannelStates implements UpstreamObserver {
  readonly #clock: Clock;
  readonly #states = new Map<string, ChannelState>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** @returns null until the channel is first called */
  of(channel: string): ChannelState | null {
    return this.#states.get(channel) ?? null;
  }

  called({ channel, outcome }: { channel: string; outcome: CallOutcome }): void {
    // The client disconnected before the outcome was known.
    if (outcome !== 'ABANDONED') this.#states.set(channel, { outcome, at: this.#clock.now() });
  }

  refused(): void {
    // The calls that led to it are recorded already.
  }
}
