import { randomUUID } from 'node:crypto';
import type { Clock } from '../../util/clock.ts';
import type { FetchedPage, FetchWait, SharedFetch, SharedFetches } from '../store.ts';
import type { RedisConnection } from './connection.ts';
import { Marks } from './marks.ts';
import type { RedisNames } from './names.ts';

/** A process that dies or stalls is waited for no longer than this. */
const CLAIM_MS = 1_000;
const RENEW_EVERY_MS = 300;
/** A provider that takes longer is not worth waiting for: the request has a timeout, too. */
const LONGEST_WAIT_MS = 5_000;
const FIRST_PAUSE_MS = 10;
const LONGEST_PAUSE_MS = 50;
/** Those that wait see it, also on a machine that stalls. */
const RESULT_MS = LONGEST_WAIT_MS;
/** Of the holder, while others come to wait. */
const ATTEMPTS_TO_END = 5;
/** In place of a page, when the fetch has brought none. */
const NOTHING = '';
const ON_ITS_OWN: SharedFetch = { isOwn: true, end: () => Promise.resolve() };

/** Takes the claim, or leaves a mark for who has it. Arguments: token, mark, how long a claim and a mark stay. */
const JOIN = `local holder = redis.call('get', KEYS[1])
if holder then
  redis.call('hset', KEYS[2], ARGV[1], ARGV[2])
  redis.call('pexpire', KEYS[2], ARGV[4])
  return holder
end
redis.call('hdel', KEYS[2], ARGV[1])
redis.call('set', KEYS[1], ARGV[1], 'PX', ARGV[3])
return ARGV[1]`;
/** Leaves another mark as long as there is a claim. Arguments: token, mark, how long it stays. */
const LOOK = `local holder = redis.call('get', KEYS[1])
if holder then
  redis.call('hset', KEYS[2], ARGV[1], ARGV[2])
  redis.call('pexpire', KEYS[2], ARGV[3])
end
return {redis.call('get', KEYS[3]), holder}`;
/** Its own claim only: it may have lost that. */
const RENEW = `if redis.call('get', KEYS[1]) == ARGV[1] then redis.call('pexpire', KEYS[1], ARGV[2]) end`;
/** Ends the claim with a result for so many that wait; when there are others, returns their marks instead. */
const END = `if redis.call('get', KEYS[1]) ~= ARGV[1] then return {} end
local marks = redis.call('hvals', KEYS[2])
if #marks ~= tonumber(ARGV[2]) then return marks end
redis.call('del', KEYS[1], KEYS[2])
if #marks > 0 then redis.call('set', KEYS[3], ARGV[3], 'PX', ARGV[4]) end
return {}`;

/** The claim of a page, and one process that has it or wants it. */
interface Claim {
  key: string;
  token: string;
}

/**
 * The process that sets the claim of a page fetches it, and renews the claim meanwhile. The others leave marks and wait for the result,
 * which is sealed for this page, together with their marks and its age: so it cannot be moved to another page, nor be used again later.
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

  async join(key: string, request: FetchWait): Promise<SharedFetch> {
    const longest = this.#clock.monotonic() + LONGEST_WAIT_MS;
    const own: Claim = { key, token: randomUUID() };
    const marks = new Marks(this.#clock);
    for (;;) {
      const holder = await this.#run(JOIN, own, [marks.make(), CLAIM_MS, LONGEST_WAIT_MS]);
      if (holder === own.token) return this.#hold(own);
      const found = holder === null ? ON_ITS_OWN : await this.#wait(own, marks, request, longest);
      if (found !== null) return found;
    }
  }

  #hold(own: Claim): SharedFetch {
    const renewing = setInterval(() => void this.#run(RENEW, own, [CLAIM_MS]), RENEW_EVERY_MS).unref();
    return {
      isOwn: true,
      end: async (page) => {
        clearInterval(renewing);
        await this.#end(own, page);
      },
    };
  }

  async #end(own: Claim, page: FetchedPage | null): Promise<void> {
    let marks: readonly unknown[] = [];
    for (let attempt = 0; attempt < ATTEMPTS_TO_END; attempt++) {
      const sealed = marks.length === 0 ? NOTHING : this.#seal(own, page, marks);
      const others = await this.#run(END, own, [marks.length, sealed, RESULT_MS]);
      if (!Array.isArray(others) || others.length === 0) return;
      marks = others;
    }
  }

  /** @returns null when the claim is free */
  async #wait(
    own: Claim,
    marks: Marks,
    { signal, deadline }: FetchWait,
    longest: number,
  ): Promise<SharedFetch | null> {
    for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
      await this.#clock.sleep(pauseMs, signal);
      const found = await this.#run(LOOK, own, [marks.make(), LONGEST_WAIT_MS]);
      if (!Array.isArray(found)) return ON_ITS_OWN;
      const [sealed, holder] = found as unknown[];
      const result = typeof sealed === 'string' ? this.#open(own, sealed, marks) : null;
      if (result !== null || holder === null) return result;
      // After the look: a machine that stalls may have slept through the result.
      if (signal.aborted || this.#clock.monotonic() >= Math.min(deadline, longest)) return ON_ITS_OWN;
    }
  }

  #seal({ key }: Claim, page: FetchedPage | null, marks: readonly unknown[]): string {
    const ageMs = page === null ? 0 : this.#clock.monotonic() - page.doneAt;
    const text = page === null ? NOTHING : page.toText();
    return this.#names.seal(this.#toResult(key), `${JSON.stringify([ageMs, ...marks])}\n${text}`);
  }

  /** @returns null when it is not for this process */
  #open({ key }: Claim, sealed: string, marks: Marks): SharedFetch | null {
    const opened = this.#names.open(this.#toResult(key), sealed);
    if (opened === null) return null;
    const end = opened.indexOf('\n');
    const [ageMs, ...others] = JSON.parse(opened.slice(0, end)) as unknown[];
    const sealedAfter = marks.lastOf(others);
    if (sealedAfter === null) return null;
    const text = opened.slice(end + 1);
    return text === NOTHING ? ON_ITS_OWN : { isOwn: false, text, doneAfter: sealedAfter - Number(ageMs) };
  }

  /** @returns what the script returns; null: without Redis */
  #run(script: string, { key, token }: Claim, args: readonly (string | number)[]): Promise<unknown> {
    const keys = [this.#names.name('fetch', key), this.#names.name('waiting', key), this.#toResult(key)];
    return this.#connection.run<unknown>(
      (client) => client.eval(script, { keys, arguments: [token, ...args.map(String)] }),
      () => null,
    );
  }

  #toResult(key: string): string {
    return this.#names.name('fetched', key);
  }
}
