import {
  createClient,
  ErrorReply,
  type RedisFunctions,
  type RedisModules,
  type RedisScripts,
  type RespVersions,
} from '@redis/client';
import type { Logger } from 'pino';
import type { Clock } from '../../util/clock.ts';

/** With it, a command and a message of the bell come over one connection. */
const RESP = 3;
const CONNECT_TIMEOUT_MS = 2_000;
/** Beyond it the gateway is faster without Redis, and goes on without it until it is connected again. */
const COMMAND_TIMEOUT_MS = 200;
/** A stall of this process, during which it neither sends nor reads, counts as one step. */
const TIMEOUT_STEPS = 4;
const PING_EVERY_MS = 1_000;
/** Longer than between two pings: it ends a connection that never becomes ready. */
const SILENCE_MS = 5_000;
/** Commands without an answer, of which each request has a few. */
const MAX_PENDING = 10_000;
const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 2_000;
const COMPLAIN_EVERY_MS = 60_000;

export type RedisClient = ReturnType<typeof createRedisClient>;

/** A channel of messages to all that are connected. */
export interface Subscription {
  channel: string;
  listener: (message: string) => void;
}

export interface RedisSurroundings {
  clock: Clock;
  log: Logger;
}

/**
 * A connection to a server that may come and go: nothing fails for it, and nothing waits for it. It connects again by
 * itself, with growing pauses; until then no command is sent or kept for later.
 */
export class RedisConnection {
  /** How many commands had no answer, or were refused, since the process began. */
  failures = 0;
  readonly #client: RedisClient;
  #subscription: Subscription | null = null;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #listeners = new Set<() => void>();
  readonly #closing = new AbortController();
  /** Called when a connection is over. */
  #onLost: () => void = () => undefined;
  /** Null: it was not connected yet. */
  #isUp: boolean | null = null;
  /** Monotonic: when it last said that commands are refused. */
  #complainedAt = -Infinity;

  /** @param url `redis://…` or `rediss://…` */
  constructor(url: string, { clock, log }: RedisSurroundings) {
    this.#clock = clock;
    this.#log = log;
    this.#client = createRedisClient(url, this.#closing.signal);
    this.#client.on('error', (error: unknown) => {
      // Of a connection that is open, it says that what came is no answer: which answer is whose is not known any more.
      if (this.#client.isReady) this.#connectAgain(error);
      else this.#set(false, error);
      if (!this.#client.isOpen) this.#onLost();
    });
    this.#client.on('ready', () => {
      void this.#begin();
    });
  }

  /** Whether commands are sent at present, and messages received. */
  get isUp(): boolean {
    return this.#isUp === true;
  }

  /** For what needs a client of its own kind; its commands go through `run`. */
  get client(): RedisClient {
    return this.#client;
  }

  /** Begins to connect, and waits for nothing. @param subscription whose messages are received whenever it is connected */
  connect(subscription: Subscription): void {
    this.#subscription = subscription;
    void this.#stayConnected();
    void this.#ping();
  }

  /** @param listener called when `isUp` has changed. @returns stops listening */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  /** @param otherwise what is done where Redis is not connected, fails, or takes too long */
  async run<T>(command: (client: RedisClient) => Promise<T>, otherwise: () => T | Promise<T>): Promise<T> {
    if (this.#isUp !== true) return otherwise();
    try {
      return await this.#inTime(command(this.#client));
    } catch (error) {
      this.#failed(error);
    }
    return otherwise();
  }

  /** Also while it connects: nothing of it stays. */
  close(): void {
    this.#isUp = false;
    this.#closing.abort();
    this.#onLost();
  }

  /** Until it is closed. The client's own pauses between attempts could not be ended. */
  async #stayConnected(): Promise<void> {
    const { signal } = this.#closing;
    for (let attempts = 0; !signal.aborted; attempts++) {
      const lost = new Promise<void>((resolve) => (this.#onLost = resolve));
      // What is in its way was emitted as an `error`.
      const isConnected = await this.#client.connect().then(
        () => true,
        () => false,
      );
      if (isConnected) {
        attempts = -1;
        await lost;
      } else await this.#clock.sleep(toPauseMs(attempts), signal);
    }
  }

  /** Subscribes, for which the client sends nothing when it has done so again by itself. */
  async #begin(): Promise<void> {
    try {
      await this.#subscribe();
      if (this.#client.isReady) this.#set(true);
    } catch (error) {
      // It may have no permission yet.
      this.#set(false, error);
    }
  }

  async #subscribe(): Promise<void> {
    if (this.#subscription === null) return;
    const { channel, listener } = this.#subscription;
    await this.#client.subscribe(channel, listener);
  }

  /** A server that has vanished says nothing, and neither does one that was stopped. */
  async #ping(): Promise<void> {
    const { signal } = this.#closing;
    while (!signal.aborted) {
      await this.#clock.sleep(PING_EVERY_MS, signal);
      if (this.#client.isReady && !this.isUp) await this.#begin();
      await this.run<unknown>(
        (client) => client.ping(),
        () => null,
      );
    }
  }

  async #inTime<T>(answer: Promise<T>): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<never>((_, reject) => {
      const step = (left: number): void => {
        if (left === 0) reject(new RedisTimeoutError());
        else timer = setTimeout(step, COMMAND_TIMEOUT_MS / TIMEOUT_STEPS, left - 1);
      };
      step(TIMEOUT_STEPS);
    });
    try {
      return await Promise.race([answer, timeout]);
    } finally {
      clearTimeout(timer);
    }
  }

  #failed(error: unknown): void {
    if (this.#closing.signal.aborted) return;
    this.failures++;
    if (error instanceof RedisTimeoutError) {
      this.#connectAgain(error);
      return;
    }
    const now = this.#clock.monotonic();
    if (!this.isUp || now < this.#complainedAt + COMPLAIN_EVERY_MS) return;
    this.#complainedAt = now;
    this.#log.warn({ err: withCode(error) }, 'Redis refused a command');
  }

  #connectAgain(reason: unknown): void {
    // Another one that waited may have been first.
    if (!this.#client.isReady || this.#closing.signal.aborted) return;
    this.#set(false, reason);
    // Without it the client would wait for the operating system, which takes minutes.
    this.#client.destroy();
    this.#onLost();
  }

  #set(isUp: boolean, error?: unknown): void {
    if (this.#isUp === isUp || this.#closing.signal.aborted) return;
    this.#isUp = isUp;
    if (isUp) this.#log.info('Redis is connected');
    else this.#log.warn({ err: withCode(error) }, 'Redis does not answer; the gateway goes on without it');
    for (const listener of this.#listeners) listener();
  }
}

/** What the server itself says begins with a word for programs, such as WRONGPASS or OOM; the log keeps only that. */
function withCode(error: unknown): unknown {
  return error instanceof ErrorReply ? Object.assign(error, { code: error.message.split(' ', 1)[0] }) : error;
}

class RedisTimeoutError extends Error {
  override readonly name = 'RedisTimeoutError';

  constructor() {
    super(`Redis did not answer within ${COMMAND_TIMEOUT_MS} ms`);
  }
}

/** @param signal ends each connection, also one that is not made yet */
function createRedisClient(url: string, signal: AbortSignal) {
  return createClient<RedisModules, RedisFunctions, RedisScripts, RespVersions>({
    url,
    RESP,
    name: 'chat-history-gateway',
    disableOfflineQueue: true,
    commandsQueueMaxLength: MAX_PENDING,
    socket: {
      connectTimeout: CONNECT_TIMEOUT_MS,
      socketTimeout: SILENCE_MS,
      reconnectStrategy: false,
      signal,
    },
  });
}

/** With chance, so that all gateways do not come at once to a server that has just started. */
function toPauseMs(attempts: number): number {
  const longest = Math.min(FIRST_PAUSE_MS * 2 ** attempts, LONGEST_PAUSE_MS);
  return longest * (0.5 + Math.random() / 2);
}
