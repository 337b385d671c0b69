import type { Bell } from '../bell.ts';
import type { RedisConnection } from './connection.ts';

/** One message is on its way at a time, however often it is rung meanwhile. */
export class RedisBell implements Bell {
  readonly #connection: RedisConnection;
  readonly #channel: string;
  readonly #sender: string;
  readonly #listeners = new Set<() => void>();
  /** Since the message on its way was sent. */
  #isRung = false;
  #isRinging = false;

  /** @param sender tells this process from the others */
  constructor(connection: RedisConnection, channel: string, sender: string) {
    this.#connection = connection;
    this.#channel = channel;
    this.#sender = sender;
    connection.onChange(() => {
      this.#tell();
    });
  }

  get isUp(): boolean {
    return this.#connection.isUp;
  }

  ring(): void {
    this.#isRung = true;
    if (!this.#isRinging) void this.#send();
  }

  onRing(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  /** A message came. @param sender as it says, which may be anything */
  receive(sender: string): void {
    if (sender !== this.#sender) this.#tell();
  }

  async #send(): Promise<void> {
    this.#isRinging = true;
    while (this.#isRung) {
      this.#isRung = false;
      await this.#connection.run<unknown>(
        (client) => client.publish(this.#channel, this.#sender),
        () => null,
      );
    }
    this.#isRinging = false;
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}
