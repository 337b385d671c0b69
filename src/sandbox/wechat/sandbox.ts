import { Random } from '../random.ts';
import {
  oldestFirst,
  WIDEST_QUOTA,
  type HistoryOptions,
  type ListedMessage,
  type Sandbox,
} from '../sandbox.ts';
import { SandboxServer, type SandboxAnswer, type SandboxRequest } from '../sandbox-server.ts';
import { AGENTS, createHistory, createLine, nextId, toOpenId, type WeChatSandboxRecord } from './history.ts';
import { WECHAT_KNOBS, type WeChatKnobs } from './knobs.ts';
import { answerMessageList } from './page.ts';
import { WeChatPlatform } from './platform.ts';
import { WeChatTokens } from './tokens.ts';

export type { WeChatSandboxRecord } from './history.ts';
export type { WeChatKnobs } from './knobs.ts';

export interface WeChatSandboxOptions extends HistoryOptions {
  knobs?: Partial<WeChatKnobs>;
}

/** A line to add; what is left out is made up. */
export type NewLine = Partial<Omit<WeChatSandboxRecord, 'id'>> & {
  /** Unix ms; takes the place of `time`. */
  sentAt?: number;
};

const DAY_MS = 86_400_000;
/** What the operator's own endpoint wants to see. */
const OPERATOR_KEY = 'operator-key-of-the-sandbox';
const SECRET_ALPHABET = '0123456789abcdef';
/** As many as the provider lists, though it counts more. */
const MAX_WAITING_LISTED = 100;

export const WECHAT_ENDPOINTS = {
  token: 'POST /cgi-bin/stable_token',
  componentToken: 'POST /cgi-bin/component/api_component_token',
  authorizerToken: 'POST /cgi-bin/component/api_authorizer_token',
  /** Not the provider's: what an operator may have beside the gateway. */
  operator: 'GET /operator/wechat-token',
  messages: 'POST /customservice/msgrecord/getmsglist',
  agents: 'GET /cgi-bin/customservice/getkflist',
  sessions: 'GET /customservice/kfsession/getsessionlist',
  waiting: 'GET /customservice/kfsession/getwaitcase',
} as const;

/** An Official Account with customer service, played by the provider's rules. */
export class WeChatSandbox implements Sandbox<WeChatSandboxRecord[]> {
  readonly channel = 'shop';
  readonly server: SandboxServer<WeChatKnobs>;
  /** Oldest first. */
  readonly records: WeChatSandboxRecord[];
  /** The customers who wait for an agent, in order of arrival. */
  readonly waiting: { openid: string; latest_time: number }[];
  readonly tokens: WeChatTokens;
  /** A third-party platform that the account has authorised. */
  readonly platform: WeChatPlatform;
  readonly #now: () => number;
  readonly #random: Random;
  readonly #historyStart: number;
  readonly #credentials: { appid: string; secret: string };
  readonly #report = (violation: string): void => {
    this.server.violations.push(violation);
  };
  readonly #refusals: { endpoint: string; code: number }[] = [];

  constructor({ seed, now, messages = 400, from, until, knobs }: WeChatSandboxOptions) {
    const end = until ?? now();
    this.#now = now;
    this.#random = new Random(seed + 1);
    this.#historyStart = from ?? end - 21 * DAY_MS;
    this.#credentials = {
      appid: `wx${this.#random.text(16, SECRET_ALPHABET)}`,
      secret: this.#random.text(32, SECRET_ALPHABET),
    };
    this.records = createHistory(seed, { count: messages, from: this.#historyStart, until: end });
    this.waiting = Array.from({ length: messages > 0 ? 3 : 0 }, (_, index) => ({
      openid: toOpenId(this.#random),
      latest_time: Math.floor(end / 1000) - 300 + index * 60,
    }));
    this.tokens = new WeChatTokens(this.#credentials, seed + 2, now, this.#report);
    this.platform = new WeChatPlatform({
      authorizerAppId: this.#credentials.appid,
      tokens: this.tokens,
      seed: seed + 3,
      now,
      onViolation: this.#report,
    });
    this.server = new SandboxServer({
      handlers: {
        [WECHAT_ENDPOINTS.token]: (request) =>
          this.#refusalOf(request) ?? this.#withBody(request, (body) => this.tokens.answer(body)),
        [WECHAT_ENDPOINTS.componentToken]: (request) =>
          this.#refusalOf(request) ??
          this.#withBody(request, (body) => this.platform.answerComponentToken(body)),
        [WECHAT_ENDPOINTS.authorizerToken]: (request) =>
          this.#refusalOf(request) ??
          this.#withBody(request, (body) => this.platform.answerAuthorizerToken(request, body)),
        [WECHAT_ENDPOINTS.operator]: ({ headers, query }) =>
          headers.authorization === `Bearer ${OPERATOR_KEY}` &&
          query.get('account') === this.#credentials.appid
            ? this.tokens.answerAsOperator()
            : { status: 401, body: { error: 'unauthorized' } },
        [WECHAT_ENDPOINTS.messages]: this.#guarded((request) =>
          this.#withBody(request, (body) =>
            answerMessageList(body, this.records, this.server.knobs, now(), this.#report),
          ),
        ),
        [WECHAT_ENDPOINTS.agents]: this.#guarded(() => this.#answerAgents()),
        [WECHAT_ENDPOINTS.sessions]: this.#guarded((request) => this.#answerSessions(request)),
        [WECHAT_ENDPOINTS.waiting]: this.#guarded(() => this.#answerWaiting()),
      },
      knobs: { ...WECHAT_KNOBS, ...knobs },
      listEndpoint: WECHAT_ENDPOINTS.messages,
      overQuota: { errcode: 45009, errmsg: 'reach max api daily quota limit rid: 14' },
      firstPage: { msgid: 1 },
      nonsense: {
        recordlist: 'none',
        msgid: {},
        access_token: 7,
        kf_list: 5,
        sessionlist: null,
        waitcaselist: 0,
      },
    });
  }

  /**
   * Lets lines arrive, in order; what is left out of one is made up.
   *
   * @throws Error for a time before that of the last line: ids ascend in time
   */
  add(...lines: NewLine[]): WeChatSandboxRecord[] {
    return lines.map(({ sentAt = this.#now(), ...line }) => {
      const made = { ...createLine(this.#random, Math.floor(sentAt / 1000)), ...line };
      if (made.time < (this.records.at(-1)?.time ?? 0)) throw new Error('Lines arrive in order of time');
      const record = { id: nextId(this.records), ...made };
      this.records.push(record);
      return record;
    });
  }

  listed(): ListedMessage[] {
    const sent = this.records.map(({ time }) => ({ nativeId: null, sentAt: time * 1000 }));
    return oldestFirst(sent.filter(({ sentAt }) => sentAt <= this.#now()));
  }

  /** This provider does not push. */
  push(): [] {
    return [];
  }

  expireCredentials(): void {
    this.tokens.revoke(42001);
  }

  /** The provider has no limit that is played. */
  liftLimits(): Record<string, unknown> {
    return { quota: WIDEST_QUOTA };
  }

  /** Answers the next calls of an endpoint with an error. @param times how many of them */
  refuse(endpoint: string, code: number, times = 1): void {
    for (let i = 0; i < times; i++) this.#refusals.push({ endpoint, code });
  }

  /** The channel's entry in the gateway's configuration. */
  config(name: string = this.channel): Record<string, unknown> {
    return {
      name,
      provider: 'WECHAT',
      baseUrl: this.server.baseUrl,
      appId: this.#credentials.appid,
      appSecret: this.#credentials.secret,
      historyStart: new Date(this.#historyStart).toISOString(),
    };
  }

  /** The same, with the credentials of the platform. @param ticketFile where the operator keeps the newest ticket */
  platformConfig(name: string, ticketFile: string): Record<string, unknown> {
    const { appId: authorizerAppId, appSecret: _, ...rest } = this.config(name);
    const { appId, appSecret, refreshToken } = this.platform;
    return {
      ...rest,
      component: {
        appId,
        appSecret,
        authorizerAppId,
        authorizerRefreshToken: refreshToken,
        verifyTicket: { file: ticketFile },
      },
    };
  }

  /** The same, with the tokens of the operator's own endpoint. */
  operatorConfig(name: string): Record<string, unknown> {
    const { appSecret: _, ...rest } = this.config(name);
    const url = `${this.server.baseUrl}/operator/wechat-token?account=${this.#credentials.appid}`;
    return { ...rest, tokenEndpoint: { url, headers: { authorization: `Bearer ${OPERATOR_KEY}` } } };
  }

  #guarded(answer: (request: SandboxRequest) => SandboxAnswer): (request: SandboxRequest) => SandboxAnswer {
    return (request) => this.tokens.refusal(request) ?? this.#refusalOf(request) ?? answer(request);
  }

  #refusalOf({ endpoint }: SandboxRequest): SandboxAnswer | null {
    const index = this.#refusals.findIndex((refusal) => refusal.endpoint === endpoint);
    const [refusal] = index < 0 ? [] : this.#refusals.splice(index, 1);
    return refusal ? { body: { errcode: refusal.code, errmsg: 'refused for the test rid: 10' } } : null;
  }

  #withBody(
    { headers, body }: SandboxRequest,
    answer: (body: Record<string, unknown>) => SandboxAnswer,
  ): SandboxAnswer {
    if (headers['content-length'] === undefined) {
      this.#report('A body came in chunks, without its length');
      return { status: 412, body: '' };
    }
    const parsed = parseObject(body);
    if (parsed) return answer(parsed);
    this.#report('A body was not a JSON object');
    return { body: { errcode: body === '' ? 44002 : 47001, errmsg: 'data format error rid: 11' } };
  }

  #answerAgents(): SandboxAnswer {
    const list = AGENTS.map(({ isBound, ...agent }) => ({
      ...agent,
      ...(isBound ? { kf_wx: agent.kf_nick } : { invite_wx: 'invited', invite_status: 'waiting' }),
    }));
    return { body: { [this.server.knobs.agentListName]: list } };
  }

  /** Each bound agent serves the last customers that they talked to, if it was within the hour. */
  #answerSessions({ query }: SandboxRequest): SandboxAnswer {
    const account = query.get('kf_account');
    const agent = AGENTS.find(({ kf_account }) => kf_account !== '' && kf_account === account);
    if (!agent) return { body: { errcode: 65401, errmsg: 'invalid custom service account rid: 12' } };
    if (!agent.isBound) return { body: { errcode: 65402, errmsg: 'need to bind a wechat user rid: 13' } };
    const recent = this.records.filter(
      ({ worker, time }) => worker === account && time > this.#now() / 1000 - 3_600,
    );
    const firstOf = new Map(recent.reverse().map(({ openid, time }) => [openid, time]));
    return { body: { sessionlist: [...firstOf].map(([openid, createtime]) => ({ createtime, openid })) } };
  }

  #answerWaiting(): SandboxAnswer {
    return { body: { count: this.waiting.length, waitcaselist: this.waiting.slice(0, MAX_WAITING_LISTED) } };
  }
}

export function createWeChatSandbox(options: WeChatSandboxOptions): WeChatSandbox {
  return new WeChatSandbox(options);
}

function parseObject(text: string): Record<string, unknown> | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value))
    : null;
}
