import { chatMoments } from '../moments.ts';
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
import { TENCENT_CHAT_KNOBS, type TencentChatKnobs } from './knobs.ts';
import { toPage } from './page.ts';
import { TencentChatPushes } from './push.ts';
import { type AppAccount, breaks, happens, isRefusal, readBody, type Refusal, refuseQuery } from './rules.ts';
import { type NewPost, type TencentChatPost, TencentChatStream } from './history.ts';

export type { TencentChatKnobs } from './knobs.ts';

export interface TencentChatSandboxOptions extends HistoryOptions {
  /** How many official accounts share the history; 2 when left out. */
  accounts?: number;
  /** The oldest `MsgSeq` still kept; 1 when left out: nothing has expired. */
  firstSequence?: number;
  /** Of 1: so many messages are holes, and so many are recalled; 0.04 when left out. */
  goneShare?: number;
}

const HISTORY = 'POST /v4/official_account_open_http_svc/official_account_msg_get_simple';
const DAY_MS = 86_400_000;
/** `random` must be new for each call; by chance it comes again once in four billion. */
const RANDOMS_REMEMBERED = 50;

/** Tencent Chat, played for one app with its official accounts. */
export class TencentChatSandbox implements Sandbox<TencentChatPost> {
  readonly channel = 'broadcast';
  readonly server: SandboxServer<TencentChatKnobs>;
  /** Makes the callbacks that the provider would post. */
  readonly pushes: TencentChatPushes;
  readonly #callbackToken: string;
  readonly #options: TencentChatSandboxOptions;
  readonly #random: Random;
  readonly #app: AppAccount;
  readonly #streams = new Map<string, TencentChatStream>();
  /** Unix ms by `now`, of the last calls. */
  #arrivals: number[] = [];
  #randoms: (string | null)[] = [];

  constructor(options: TencentChatSandboxOptions) {
    this.#options = options;
    this.#random = new Random(options.seed);
    this.#app = {
      sdkAppId: 1_400_000_000 + this.#random.between(0, 99_999_999),
      adminUserId: 'administrator',
      secretKey: this.#random.text(64),
    };
    // Not from the history's chance, which would then write other chats.
    this.#callbackToken = new Random(options.seed + 1).text(32);
    this.pushes = new TencentChatPushes({
      sdkAppId: this.#app.sdkAppId,
      callbackToken: this.#callbackToken,
      now: options.now,
    });
    this.#writeHistory();
    this.server = new SandboxServer<TencentChatKnobs>({
      handlers: { [HISTORY]: (request) => this.#listMessages(request) },
      knobs: { ...TENCENT_CHAT_KNOBS },
      listEndpoint: HISTORY,
      overQuota: { ActionStatus: 'FAIL', ErrorCode: 60007, ErrorInfo: 'refused [10.0.0.7], request 60007' },
      firstPage: { LastMsgKey: undefined },
      nonsense: {
        ActionStatus: 'OK',
        ErrorCode: 0,
        IsFinished: 'perhaps',
        LastMsgKey: 7,
        RspMsgList: { first: 'none' },
      },
    });
  }

  get officialAccounts(): string[] {
    return [...this.#streams.keys()];
  }

  /** An account's messages as the provider keeps them, oldest first; of the first account when left out. */
  posts(officialAccount?: string): readonly TencentChatPost[] {
    return this.#stream(officialAccount).posts;
  }

  /** A message arrives: now, when no time is given. */
  add(post: Partial<NewPost> = {}, officialAccount?: string): TencentChatPost {
    return this.#stream(officialAccount).append({ sentAt: this.#options.now(), ...post });
  }

  /** Holes and recalled messages keep their places. */
  listed(): ListedMessage[] {
    const posts = [...this.#streams.values()].flatMap((stream) => stream.posts);
    return oldestFirst(
      posts.map(({ MsgKey, MsgTimeStamp }) => ({ nativeId: MsgKey, sentAt: MsgTimeStamp * 1000 })),
    );
  }

  push(post: TencentChatPost): SandboxPush[] {
    const streams = [...this.#streams.values()].filter(({ posts }) => posts.includes(post));
    return streams.map(({ officialAccount }) => this.pushes.sent(officialAccount, post));
  }

  /** The next call is told that its signature has expired. */
  expireCredentials(): void {
    this.server.knobs.rejectSignatures = 1;
  }

  liftLimits(): Record<string, unknown> {
    this.server.knobs.callsPerSecond = Infinity;
    return { quota: WIDEST_QUOTA };
  }

  recall(sequence: number, officialAccount?: string): void {
    this.#stream(officialAccount).mark(sequence, 2);
  }

  /** Leaves a hole, as a deleted message does. */
  remove(sequence: number, officialAccount?: string): void {
    this.#stream(officialAccount).mark(sequence, 1);
  }

  /** The account is no more; its channel's entry in the configuration may still name it. */
  dissolve(officialAccount: string): void {
    this.#streams.delete(officialAccount);
  }

  /** The channel's entry in the configuration, as YAML would give it. */
  config(name: string = this.channel): Record<string, unknown> {
    return {
      name,
      provider: 'TENCENT_CHAT',
      baseUrl: this.server.baseUrl,
      ...this.#app,
      officialAccounts: this.officialAccounts,
      callbackToken: this.#callbackToken,
    };
  }

  #writeHistory(): void {
    const {
      now,
      messages = 300,
      until = now(),
      accounts = 2,
      firstSequence = 1,
      goneShare = 0.04,
    } = this.#options;
    const from = this.#options.from ?? until - 42 * DAY_MS;
    for (let i = 0; i < accounts; i++) {
      const id = `@TOA#_${this.#random.text(9, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789')}`;
      this.#streams.set(id, new TencentChatStream(id, firstSequence, this.#random));
    }
    for (const sentAt of chatMoments(this.#random, { count: messages, from, until })) {
      const stream = this.#stream(this.officialAccounts[this.#random.between(0, accounts - 1)]);
      const post = stream.append({ sentAt });
      if (this.#random.chance(goneShare)) post.IsPlaceMsg = 1;
      else if (this.#random.chance(goneShare)) post.IsPlaceMsg = 2;
    }
  }

  /** @throws Error when there is no such account */
  #stream(officialAccount = this.officialAccounts[0] ?? ''): TencentChatStream {
    const stream = this.#streams.get(officialAccount);
    if (!stream) throw new Error(`There is no official account ${officialAccount}`);
    return stream;
  }

  #listMessages(request: SandboxRequest): SandboxAnswer {
    const { knobs } = this.server;
    const now = this.#options.now();
    const refusal = this.#refuseOften(request, now) ?? refuseQuery(request, this.#app, now);
    if (refusal) return this.#refuse(refusal);
    if (knobs.rejectSignatures > 0) {
      knobs.rejectSignatures--;
      return this.#refuse(happens(70001));
    }
    const body = readBody(request);
    if (isRefusal(body)) return this.#refuse(body);
    const stream = this.#streams.get(body.Official_Account);
    if (!stream) return this.#refuse(happens(10010));
    if (knobs.errorCode !== null) return this.#refuse(happens(knobs.errorCode));
    if ((body.ReqMsgNumber ?? 0) > knobs.largestAnswer) return this.#refuse(happens(10018));
    const end = stream.countBefore(body.LastMsgKey);
    if (end === null)
      return this.#refuse(breaks(10004, `No message has the LastMsgKey ${String(body.LastMsgKey)}`));
    const page = toPage(stream, end, body, { knobs, random: this.#random });
    return { body: knobs.rewritePage ? knobs.rewritePage(page) : page };
  }

  #refuseOften({ query }: SandboxRequest, now: number): Refusal | null {
    this.#arrivals = [...this.#arrivals.filter((at) => at > now - 1000), now];
    const { callsPerSecond } = this.server.knobs;
    if (this.#arrivals.length > callsPerSecond) {
      return breaks(60007, `More than ${callsPerSecond} calls were made in a second`);
    }
    const random = query.get('random');
    if (this.#randoms.includes(random)) return breaks(60003, 'random must be new for each call');
    this.#randoms = [...this.#randoms.slice(1 - RANDOMS_REMEMBERED), random];
    return null;
  }

  #refuse({ errorCode, violation }: Refusal): SandboxAnswer {
    if (violation !== null) this.server.violations.push(violation);
    return {
      body: {
        ActionStatus: 'FAIL',
        ErrorCode: errorCode,
        ErrorInfo: `refused [10.0.0.7], request ${errorCode}`,
      },
    };
  }
}

export function createTencentChatSandbox(options: TencentChatSandboxOptions): TencentChatSandbox {
  return new TencentChatSandbox(options);
}
