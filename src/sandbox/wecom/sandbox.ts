import { Random } from '../random.ts';
import {
  oldestFirst,
  WIDEST_QUOTA,
  type HistoryOptions,
  type ListedMessage,
  type Sandbox,
  type SandboxPush,
} from '../sandbox.ts';
import { SandboxServer, type SandboxAnswer, type SandboxRequest } from '../sandbox-server.ts';
import { type NewMessage, WeComChats, type WeComRecord } from './history.ts';
import { WECOM_KNOBS, type WeComKnobs, type WeComPage } from './knobs.ts';
import { writePrivateKeys } from './keys.ts';
import { WeComPushes } from './push.ts';
import { findSyncFault, parseBody, type SyncRequest } from './rules.ts';
import { WeComStream } from './page.ts';
import { TokenBook } from './tokens.ts';

export type { WeComKnobs, WeComPage } from './knobs.ts';

export interface WeComSandboxOptions extends HistoryOptions {
  /** Of 1: so many of the history's messages reach the stream after later ones. */
  delayedShare?: number;
}

const SYNC = 'POST /cgi-bin/chatdata/sync_msg';
const DAY_MS = 86_400_000;
const KEPT_DAYS = 5;
const TOKEN_LIFE_SECONDS = 7200;
const PUSH_TOKEN_LIFE_SECONDS = 600;
const MAX_CALLS_PER_MINUTE = 10_000;
/** Timers and clocks disagree by a millisecond or so. */
const TIMER_TOLERANCE_MS = 2;

/** WeCom's chat archive, played for one corporation. */
export class WeComSandbox implements Sandbox<WeComRecord> {
  readonly channel = 'corp';
  readonly server: SandboxServer<WeComKnobs>;
  readonly corpId: string;
  /** Makes the callbacks that the provider would send. */
  readonly pushes: WeComPushes;
  readonly #options: WeComSandboxOptions;
  readonly #random: Random;
  readonly #chats: WeComChats;
  readonly #stream: WeComStream;
  readonly #secret: string;
  readonly #callback: { token: string; encodingAesKey: string; receiveIds: string[] };
  readonly #tokens: TokenBook;
  readonly #pushTokens: TokenBook;
  /** Unix ms of the machine: until then the last sync_msg is still being answered. */
  #busyUntil = 0;
  /** Unix ms: of the last call without a push token that counts for the strict limit. */
  #lastStrictAt = -Infinity;

  constructor(options: WeComSandboxOptions) {
    const {
      seed,
      now,
      messages = 300,
      until = now(),
      from = until - 21 * DAY_MS,
      delayedShare = 0,
      weComReachDays: reachDays = WECOM_KNOBS.reachDays,
    } = options;
    this.#options = options;
    this.#random = new Random(seed);
    this.#chats = new WeComChats(this.#random);
    this.#stream = new WeComStream(seed, this.#chats.history(messages, from, until));
    this.#stream.delay(this.#random, delayedShare);
    // Not from the history's chance, of which one of another length takes more.
    const random = new Random(seed + 1);
    this.corpId = `ww${random.text(16)}`;
    this.#secret = random.text(43);
    const suiteId = `dk${random.text(16)}`;
    this.#callback = {
      token: random.text(20),
      encodingAesKey: random.text(43),
      receiveIds: [this.corpId, suiteId],
    };
    this.pushes = new WeComPushes({
      callback: this.#callback,
      suiteId,
      corpId: this.corpId,
      random,
      now,
      issueToken: () => this.issuePushToken(),
    });
    this.#tokens = new TokenBook({ random: this.#random, now, length: 64, lifeSeconds: TOKEN_LIFE_SECONDS });
    this.#pushTokens = new TokenBook({
      random: this.#random,
      now,
      length: 32,
      lifeSeconds: PUSH_TOKEN_LIFE_SECONDS,
    });
    this.server = new SandboxServer<WeComKnobs>({
      handlers: {
        'GET /cgi-bin/gettoken': (request) => this.#getToken(request),
        [SYNC]: (request) => this.#syncMessages(request),
      },
      knobs: { ...WECOM_KNOBS, reachDays },
      listEndpoint: SYNC,
      overQuota: refuse(45009).body,
      firstPage: { cursor: undefined },
      nonsense: {
        errcode: 0,
        errmsg: 'ok',
        has_more: 'perhaps',
        next_cursor: 7,
        msg_list: { first: 'none' },
      },
    });
  }

  /** All messages in the order of the stream; delayed ones stand after newer ones. */
  get records(): readonly WeComRecord[] {
    return this.#stream.records;
  }

  /** What the wrapped key of a message holds. */
  secretKeyOf(msgid: string): string | undefined {
    return this.#chats.secretKeys.get(msgid);
  }

  /** A message reaches the stream. With an older `sentAt`, Unix ms, it is delayed; default: it is sent now. */
  add(message: Partial<NewMessage> = {}): WeComRecord {
    const record = this.#chats.write({ sentAt: this.#options.now(), ...message });
    this.#stream.append(record);
    return record;
  }

  /** @returns the token that a callback would bring now, good for ten minutes */
  issuePushToken(): string {
    return this.#pushTokens.issue();
  }

  listed(): ListedMessage[] {
    const oldestKept = this.#oldestKept();
    const sent = this.records.map(({ msgid, send_time }) => ({ nativeId: msgid, sentAt: send_time * 1000 }));
    return oldestFirst(sent.filter(({ sentAt }) => sentAt >= oldestKept));
  }

  /** The callback does not say which message is new. */
  push(): SandboxPush[] {
    return [this.pushes.newMessage()];
  }

  /** Every access token ends at once. */
  expireCredentials(): void {
    this.#tokens.revokeAll();
  }

  liftLimits(): Record<string, unknown> {
    this.server.knobs.secondsBetweenCalls = 0;
    return { secondsBetweenPulls: 0, quota: WIDEST_QUOTA };
  }

  /** The channel's entry in the configuration, as YAML would give it. */
  config(name: string = this.channel): Record<string, unknown> {
    const { keyDirectory } = this.#options;
    return {
      name,
      provider: 'WECOM',
      baseUrl: this.server.baseUrl,
      corpId: this.corpId,
      secret: this.#secret,
      callback: this.#callback,
      ...(keyDirectory === undefined ? {} : { privateKeys: writePrivateKeys(keyDirectory) }),
    };
  }

  #getToken({ query }: SandboxRequest): SandboxAnswer {
    const { tokenErrcode } = this.server.knobs;
    if (tokenErrcode !== null) return refuse(tokenErrcode);
    const corpId = query.get('corpid');
    const secret = query.get('corpsecret');
    if (!corpId || !secret) return this.#violate(41002, 'gettoken needs corpid and corpsecret');
    if (corpId !== this.corpId) return refuse(40013);
    if (secret !== this.#secret) return refuse(40001);
    const token = this.#tokens.issue();
    return { body: { errcode: 0, errmsg: 'ok', access_token: token, expires_in: TOKEN_LIFE_SECONDS } };
  }

  #syncMessages(request: SandboxRequest): SandboxAnswer {
    const arrival = Date.now();
    const isOverlapping = arrival < this.#busyUntil - TIMER_TOLERANCE_MS;
    this.#busyUntil = Math.max(this.#busyUntil, arrival + this.server.knobs.delayMs);
    if (isOverlapping) return this.#violate(45033, 'sync_msg was called while another one was under way');
    if ((this.server.calls.at(-MAX_CALLS_PER_MINUTE - 1)?.at ?? 0) > arrival - 60_000) {
      return this.#violate(45009, `More than ${MAX_CALLS_PER_MINUTE} calls were made in a minute`);
    }
    const token = request.query.get('access_token');
    if (!token) return this.#violate(41001, 'sync_msg needs an access_token');
    const state = this.#tokens.stateOf(token);
    if (state !== 'good') return refuse(state === 'ended' ? 42001 : 40014);
    const body = parseBody(request);
    const fault = findSyncFault(request, body);
    if (fault) return this.#violate(fault.errcode, fault.rule);
    if (this.server.knobs.syncErrcode !== null) return refuse(this.server.knobs.syncErrcode);
    // `findSyncFault` has looked.
    return this.#answer(body as SyncRequest);
  }

  #answer({ cursor, token, limit = 200 }: SyncRequest): SandboxAnswer {
    const { maxPageSize, largestAnswer, hasMoreAs, reachDays, isPushTokenForOnePage, rewritePage } =
      this.server.knobs;
    const { secondsBetweenCalls, limitsBacklogs } = this.server.knobs;
    const now = this.#options.now();
    if (limit > largestAnswer) return refuse(301058);
    if (token === undefined) {
      if (
        this.server.knobs.isLimitedWithoutPushToken ||
        now - this.#lastStrictAt < secondsBetweenCalls * 1000
      )
        return refuse(45009);
    } else {
      const state = this.#pushTokens.stateOf(token);
      if (state === 'unknown') return this.#violate(40058, 'The token did not come from a callback');
      // That a stale token is refused is sure; with which code is not published.
      if (state === 'ended') return refuse(40058);
      if (isPushTokenForOnePage) this.#pushTokens.end(token);
    }
    const from =
      cursor === undefined ? this.#stream.firstSince(now - reachDays * DAY_MS) : this.#stream.indexOf(cursor);
    if (from === null) return this.#violate(40058, 'The cursor is not one that was given out');
    const { records, nextCursor, hasMore } = this.#stream.read(
      from,
      Math.min(limit, maxPageSize),
      this.#oldestKept(),
    );
    if (token === undefined && (limitsBacklogs || !hasMore)) this.#lastStrictAt = now;
    const page: WeComPage = {
      errcode: 0,
      errmsg: 'ok',
      has_more: hasMoreAs === 'boolean' ? hasMore : Number(hasMore),
      next_cursor: nextCursor,
      msg_list: records,
    };
    return { body: rewritePage ? rewritePage(page) : page };
  }

  /** Unix ms: what was sent before is gone. */
  #oldestKept(): number {
    return this.#options.now() - Math.max(this.server.knobs.reachDays, KEPT_DAYS) * DAY_MS;
  }

  #violate(errcode: number, rule: string): SandboxAnswer {
    this.server.violations.push(rule);
    return refuse(errcode);
  }
}

export function createWeComSandbox(options: WeComSandboxOptions): WeComSandbox {
  return new WeComSandbox(options);
}

/** The real text holds an address and a link, and changes; the gateway must neither rely on it nor show it. */
function refuse(errcode: number): SandboxAnswer {
  return {
    body: {
      errcode,
      errmsg: `refused, hint: [1234567890], from ip: 203.0.113.7, more info at https://open.work.weixin.qq.com/devtool/query?e=${errcode}`,
    },
  };
}
