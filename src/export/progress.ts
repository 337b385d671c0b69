import type { Clock } from '../util/clock.ts';
import type { ExportChunk } from './stream.ts';

/** The progress of a running export. */
export interface ProgressFigures {
  /** In total, with earlier runs. */
  messages: number;
  /** Of this run, waiting included. */
  messagesPerSecond: number;
  /** 0 to 1: how much of the time range is done. The number of messages is not known in advance. */
  share: number;
  /** Assuming that the remaining time range goes as fast as this run so far; null: not known yet. */
  secondsLeft: number | null;
}

export interface ProgressStart {
  /** See `ExportWalk`. */
  since: number | null;
  until: number;
  /** Of earlier runs. */
  messages: number;
  firstSentAt: number | null;
}

/** Measures progress by the times of the messages, which only ascend. */
export class Progress {
  readonly #start: ProgressStart;
  readonly #clock: Clock;
  readonly #beganAt: number;
  #messages = 0;
  /** Unix ms: the start of the range, and where this run began and got to. */
  #from: number | null;
  #first: number | null = null;
  #last: number | null = null;

  constructor(start: ProgressStart, clock: Clock) {
    this.#start = start;
    this.#clock = clock;
    this.#beganAt = clock.monotonic();
    this.#from = start.since ?? start.firstSentAt;
  }

  advance({ messages, firstSentAt, lastSentAt }: ExportChunk): void {
    this.#messages += messages;
    this.#from ??= firstSentAt;
    this.#first ??= this.#start.messages === 0 ? this.#from : firstSentAt;
    this.#last = lastSentAt ?? this.#last;
  }

  /** Of this run. */
  get secondsSpent(): number {
    return (this.#clock.monotonic() - this.#beganAt) / 1000;
  }

  /** Of this run. */
  get messagesRead(): number {
    return this.#messages;
  }

  get figures(): ProgressFigures {
    const spent = this.secondsSpent;
    const share = this.#shareOf(this.#last);
    const done = share - this.#shareOf(this.#first);
    return {
      messages: this.#start.messages + this.#messages,
      messagesPerSecond: spent === 0 ? 0 : this.#messages / spent,
      share,
      secondsLeft: done > 0 ? (spent * (1 - share)) / done : null,
    };
  }

  #shareOf(moment: number | null): number {
    if (moment === null || this.#from === null) return 0;
    const span = this.#start.until - this.#from;
    return span <= 0 ? 1 : Math.min(1, Math.max(0, (moment - this.#from) / span));
  }
}
