import { randomUUID } from 'node:crypto';
import type { Clock } from '../../util/clock.ts';

/**
 * What a process that waits leaves where the other one finds it, each time it looks. What comes together with one of its marks was made
 * after that one was left, so nothing that is older than its question is taken for an answer, and no clock of another machine is asked.
 */
export class Marks {
  readonly #clock: Clock;
  readonly #leftAt = new Map<string, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** @returns a text that others cannot guess, to be left from now on */
  make(): string {
    const mark = randomUUID();
    this.#leftAt.set(mark, this.#clock.monotonic());
    return mark;
  }

  /** @returns monotonic: when the last of those that are its own was left; null: none of them is */
  lastOf(marks: readonly unknown[]): number | null {
    const own = marks.flatMap((mark) => this.#leftAt.get(String(mark)) ?? []);
    return own.length === 0 ? null : Math.max(...own);
  }
}
