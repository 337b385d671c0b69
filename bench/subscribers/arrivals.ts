import { numbersIn } from '../webhooks.ts';

/** A message that is not there by then never comes. */
const DEADLINE_MS = 600_000;

/** When each delivery was answered, and when each subscriber had its message. */
export class Arrivals {
  readonly #subscribers: number;
  readonly #answeredAt: number[] = [];
  /** By message, by subscriber; 0: not yet. */
  readonly #arrivedAt: Float64Array[] = [];
  #count = 0;
  #wanted = Infinity;
  #hasAll = Promise.withResolvers<undefined>();

  constructor(subscribers: number) {
    this.#subscribers = subscribers;
  }

  answered(number: number): void {
    this.#answeredAt[number] = performance.now();
  }

  /** @throws Error when one of the messages was there before */
  arrived(subscriber: number, text: string): void {
    const now = performance.now();
    for (const number of numbersIn(text)) {
      const times = (this.#arrivedAt[number] ??= new Float64Array(this.#subscribers));
      if (times[subscriber] !== 0) throw new Error(`Subscriber ${subscriber} got message ${number} twice`);
      times[subscriber] = now;
      this.#count++;
    }
    if (this.#count >= this.#wanted) this.#hasAll.resolve(undefined);
  }

  /** Waits until every subscriber has so many messages. @throws Error when they do not come */
  async all(messages: number): Promise<void> {
    this.#hasAll = Promise.withResolvers();
    this.#wanted = messages * this.#subscribers;
    if (this.#count >= this.#wanted) return;
    const deadline = setTimeout(() => {
      this.#hasAll.reject(new Error(`${this.#count} messages have come, of ${this.#wanted}`));
    }, DEADLINE_MS);
    try {
      await this.#hasAll.promise;
    } finally {
      clearTimeout(deadline);
    }
  }

  /** Milliseconds, of every message from this one on at every subscriber; one that came before the answer took none. */
  delays(from: number): number[] {
    return this.#answeredAt.flatMap((answeredAt, number) =>
      number < from ? [] : Array.from(this.#arrivedAt[number] ?? [], (at) => Math.max(0, at - answeredAt)),
    );
  }
}
