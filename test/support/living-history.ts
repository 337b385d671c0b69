import type { MessageRecord } from '../../src/domain/records.ts';
import type { Random } from '../../src/sandbox/random.ts';
import { MemoryChannel } from './memory-channel.ts';

const MINUTE_MS = 60_000;
/** How late a message is listed. */
const LONGEST_DELAY_MS = 80 * MINUTE_MS;
/** How old a message is when it changes, is recalled, vanishes or comes back, at most. */
const OLDEST_CHANGE_MS = 29 * 24 * 60 * MINUTE_MS;

/**
 * What a provider lists, as time goes by: messages come, some of them late, change, are recalled, vanish, and come back. A source
 * may have `listed`, which is changed in place.
 */
export class LivingHistory {
  readonly listed: MessageRecord[] = [];
  /** Keys of what is not listed any more. */
  readonly vanished = new Map<string, MessageRecord>();
  /** Nothing happens any more. */
  isOver = false;
  readonly #random: Random;
  readonly #waiting: { at: number; message: MessageRecord }[] = [];
  readonly #all = new MemoryChannel('shop');
  #until: number;

  /** @param since Unix ms: when the first messages are sent */
  constructor(random: Random, since: number) {
    this.#random = random;
    this.#until = since;
  }

  /** @param now Unix ms */
  advance(now: number): void {
    const random = this.#random;
    if (!this.isOver) {
      for (let count = random.between(0, 4); count > 0; count--) {
        const message = this.#all.add(random.between(this.#until, now - 1));
        const delay = random.chance(0.3) ? random.between(0, LONGEST_DELAY_MS) : 0;
        this.#waiting.push({ at: message.sentAt + delay, message });
      }
      if (random.chance(0.5)) this.#change(now);
    }
    this.#until = now;
    const due = this.#waiting.filter(({ at }) => at <= now);
    for (const { message } of due) this.listed.push(message);
    this.#waiting.splice(0, Infinity, ...this.#waiting.filter(({ at }) => at > now));
    this.listed.sort((one, other) => (one.sequence < other.sequence ? -1 : 1));
  }

  #change(now: number): void {
    const random = this.#random;
    const index = random.between(0, Math.max(0, this.listed.length - 1));
    const message = this.listed[index];
    const change = random.pick(['EDIT', 'RECALL', 'VANISH', 'RETURN']);
    if (change === 'RETURN') {
      const [again] = this.vanished.values();
      if (!again || now - again.sentAt > OLDEST_CHANGE_MS) return;
      this.vanished.delete(again.key);
      this.listed.push(again);
    } else if (message && now - message.sentAt <= OLDEST_CHANGE_MS) {
      if (change === 'EDIT') this.listed[index] = { ...message, text: `edited at ${now}` };
      if (change === 'RECALL') this.listed[index] = { ...message, availability: 'RECALLED', text: null };
      if (change === 'VANISH') {
        this.listed.splice(index, 1);
        this.vanished.set(message.key, message);
      }
    }
  }
}
