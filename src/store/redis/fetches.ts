import { randomUUID } from 'node:crypto';
import type { Clock } from '../../util/clock.ts';
import type { SharedFetch, SharedFetches } from '../store.ts';
import type { RedisConnection } from './connection.ts';
import type { RedisNames } from './names.ts';

/** A process that dies or stalls is waited for no longer than this. */
const CLAIM_MS = 1_000;
const RENEW_EVERY_MS = 300;
/** A provider that takes longer is not worth waiting for: the request has a timeout, too. */
const LONGEST_WAIT_MS = 5_000;
const FIRST_PAUSE_MS = 10;
const LONGEST_PAUSE_MS = 50;
/** Enough for those that wait to see it. */
const RESULT_MS = 2_000;
/** Kept for those that wait when the fetch has brought nothing. */
const NOTHING = '';
/** Its own claim only: it may have lost that. */
const END = `redis.call('set', KEYS[2], ARGV[2], 'PX', ARGV[3])
if redis.call('get', KEYS[1]) == ARGV[1] then redis.call('del', KEYS[1]) end`;

/** One that is waited for. */
interface Claim {
  name: string;
  token: string;
}

/**
 * The process that sets the claim of a page fetches it, and renews the claim meanwhile. The others wait for what it has fetched, which
 * is named by its token: so it is newer than their question, whatever the clocks of their machines say.
 */
export class RedisFetches implements SharedFetches {
  readonly #connection: RedisConnection;
  readonly #names: RedisNames;
  readonly #clock: Clock;

  constructor(connection: RedisConnection, names: RedisNames, clock: Clock) {
    this.#connection = connection;
    this.#names = names;
    this.#clock = clock;
  }

  async join(key: string): Promise<SharedFetch> {
    const name = this.#names.name('fetch', key);
    const deadline = this.#clock.monotonic() + LONGEST_WAIT_MS;
    for (;;) {
      const own: Claim = { name, token: randomUUID() };
      const asked = this.#clock.monotonic();
      const holder = await this.#claim(own);
      if (holder === own.token) return this.#hold(own);
      const found =
        holder === null ? 'ON_ITS_OWN' : await this.#wait({ name, token: holder }, asked, deadline);
      if (found === 'ON_ITS_OWN') return { isOwn: true, end: () => Promise.resolve() };
      if (found !== 'FREE') return found;
    }
  }

  /** @returns the token of who has the claim; null: without Redis */
  #claim({ name, token }: Claim): Promise<string | null> {
    return this.#connection.run(
      async (client) => {
        const condition = { type: 'PX', value: CLAIM_MS } as const;
        return (
          (await client.set(name, token, { condition: 'NX', expiration: condition, GET: true })) ?? token
        );
      },
      () => null,
    );
  }

  #hold(claim: Claim): SharedFetch {
    const renewing = setInterval(() => {
      void this.#connection.run<unknown>(
        (client) => client.pExpire(claim.name, CLAIM_MS),
        () => null,
      );
    }, RENEW_EVERY_MS).unref();
    return {
      isOwn: true,
      end: async (text) => {
        clearInterval(renewing);
        await this.#end(claim, text);
      },
    };
  }

  async #end({ name, token }: Claim, text: string | null): Promise<void> {
    const result = this.#toResult(token);
    const sealed = text === null ? NOTHING : this.#names.seal(result, text);
    await this.#connection.run<unknown>(
      (client) => client.eval(END, { keys: [name, result], arguments: [token, sealed, String(RESULT_MS)] }),
      () => null,
    );
  }

  /**
   * @param asked when it was asked who has the claim: the fetch was not done then
   * @returns `FREE`: who had the claim is gone; `ON_ITS_OWN`: waiting is not worth it
   */
  async #wait(
    { name, token }: Claim,
    asked: number,
    deadline: number,
  ): Promise<SharedFetch | 'FREE' | 'ON_ITS_OWN'> {
    const result = this.#toResult(token);
    let doneAfter = asked;
    for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
      if (this.#clock.monotonic() >= deadline) return 'ON_ITS_OWN';
      await this.#clock.sleep(pauseMs);
      const lookedAt = this.#clock.monotonic();
      const [sealed, holder] = await this.#connection.run<(string | null)[]>(
        (client) => client.mGet([result, name]),
        () => [],
      );
      if (sealed === undefined || sealed === NOTHING) return 'ON_ITS_OWN';
      if (sealed !== null) {
        const text = this.#names.open(result, sealed);
        return text === null ? 'ON_ITS_OWN' : { isOwn: false, text, doneAfter };
      }
      if (holder !== token) return 'FREE';
      doneAfter = lookedAt;
    }
  }

  #toResult(token: string): string {
    return this.#names.name('fetched', token);
  }
}
