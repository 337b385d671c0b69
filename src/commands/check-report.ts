import { isSound, type Checked } from '../archive/check.ts';
import type { TimeSpan } from '../store/store.ts';
import type { Clock } from '../util/clock.ts';
import { toCount, type ProgressDisplay } from './progress-display.ts';

/** What was found in the archive of one source, told as it is found. */
export class CheckReport {
  readonly #name: string;
  readonly #span: TimeSpan;
  readonly #display: ProgressDisplay;
  readonly #clock: Clock;
  readonly #beganAt: number;
  #compared = 0;
  readonly #found = { missing: 0, changed: 0, delisted: 0, relisted: 0 };

  /** @param name of the source. @param span that is compared */
  constructor(name: string, span: TimeSpan, display: ProgressDisplay, clock: Clock) {
    this.#name = name;
    this.#span = span;
    this.#display = display;
    this.#clock = clock;
    this.#beganAt = clock.monotonic();
  }

  get isSound(): boolean {
    return Object.values(this.#found).every((count) => count === 0);
  }

  /** @returns a line for each page that differs; null: it does not */
  add(checked: Checked): string | null {
    this.#compared += checked.listed;
    for (const kind of ['missing', 'changed', 'delisted', 'relisted'] as const)
      this.#found[kind] += checked[kind].length;
    this.#show(checked.span.until);
    if (isSound(checked)) return null;
    const { missing, changed, delisted, relisted } = checked;
    const counts = {
      missing: missing.length,
      changed: changed.length,
      delisted: delisted.length,
      relisted: relisted.length,
    };
    return `  ${toText(counts)}: ${toTime(checked.span.since)} to ${toTime(checked.span.until)}`;
  }

  get summary(): string {
    const result = this.isSound ? 'as the provider lists them' : toText(this.#found);
    return `${this.#name}: ${toCount(this.#compared)} messages compared, ${result}`;
  }

  #show(until: number): void {
    const length = Math.max(1, this.#span.until - this.#span.since);
    const share = Math.min(1, Math.max(0, (until - this.#span.since) / length));
    const seconds = Math.max(0.001, (this.#clock.monotonic() - this.#beganAt) / 1000);
    this.#display.show({
      messages: this.#compared,
      messagesPerSecond: this.#compared / seconds,
      share,
      secondsLeft: share === 0 ? null : (seconds / share) * (1 - share),
    });
  }
}

function toText(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .filter(([, count]) => count > 0)
    .map(([kind, count]) => `${toCount(count)} ${kind}`)
    .join(', ');
}

function toTime(moment: number): string {
  return new Date(moment).toISOString();
}
