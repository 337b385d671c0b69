import { createHash } from 'node:crypto';
import { type UpstreamError } from '../../errors/upstream-error.ts';
import { AccessToken, type IssuedToken } from '../kit/access-token.ts';
import { callWith } from '../kit/credential.ts';
import { askForFewer } from '../kit/fewer.ts';
import type { AccessTokens } from '../../store/store.ts';
import type { Clock } from '../../util/clock.ts';
import type { HttpClient, HttpRequest } from '../kit/http.ts';
import type { Secret } from '../kit/secret.ts';
import type { CallBudget } from '../message-source.ts';
import { CALLED_TOO_OFTEN, isTokenRefusal, isTooLarge, toFailure } from './errors.ts';
import { parseAccessToken, parseEnvelope, parseSyncPage, type SyncPage } from './wire.ts';

export interface SyncQuestion {
  /** From the last answer; null: start as far back as the provider allows on a first call. */
  cursor: string | null;
  /** From a callback, good for ten minutes; it lifts the strict limit on calls. */
  pushToken: string | null;
  /** 1 to 1000 messages. */
  limit: number;
}

export interface WeComClientOptions {
  http: HttpClient;
  clock: Clock;
  baseUrl: string;
  corpId: string;
  secret: Secret;
  /** Null: no other process has the access token. */
  tokens: AccessTokens | null;
}

const UNDOCUMENTED = 'The answer is not what WeCom documents';

/** WeCom's archive interface, one method per call. */
export class WeComClient {
  readonly #options: WeComClientOptions;
  readonly #token: AccessToken<CallBudget>;
  /**
   * The provider's own limit as far as the gateway has met it: it limits the size of an answer and is not published.
   */
  #maxLimit = Infinity;

  constructor(options: WeComClientOptions) {
    this.#options = options;
    const { clock, baseUrl, corpId, secret, tokens } = options;
    // Each secret has tokens of its own.
    const digest = createHash('sha256').update(secret.reveal()).digest('base64url');
    const sharing = { account: `WECOM ${corpId} ${baseUrl} ${digest}`, tokens };
    this.#token = new AccessToken((budget) => this.#fetchToken(budget), clock, sharing);
  }

  /**
   * POST /cgi-bin/chatdata/sync_msg; requests fewer messages when the answer would be too large, and keeps to that
   * number. A call that has left is not aborted: WeCom refuses parallel calls of a corporation (45033), and whether it
   * ends one when its connection is closed is not published.
   *
   * @throws UpstreamError
   * @throws BudgetSpentError
   * @see https://developer.work.weixin.qq.com/document/path/99670
   */
  fetchMessages(question: SyncQuestion, budget: CallBudget): Promise<SyncPage> {
    return askForFewer(
      Math.min(question.limit, this.#maxLimit),
      (limit) => this.#fetchWithFreshToken({ ...question, limit }, budget),
      isTooLarge,
      (limit) => {
        this.#maxLimit = limit;
      },
    );
  }

  /** Fetches the access token ahead of the calls that need it. */
  async prepare(budget: CallBudget): Promise<void> {
    await this.#token.get(budget);
  }

  badResponse(advice: string): UpstreamError {
    return this.#options.http.badResponse(advice);
  }

  /** The error of a call that is not made, since WeCom would rate-limit it. */
  tooSoon(retryAfterSeconds: number): UpstreamError {
    return this.#options.http.fail({ ...CALLED_TOO_OFTEN, retryAfterSeconds });
  }

  close(): Promise<void> {
    return this.#options.http.close();
  }

  #fetchWithFreshToken(question: SyncQuestion, budget: CallBudget): Promise<SyncPage> {
    return callWith(
      this.#token.for(budget),
      (token) => this.#fetchMessagesWith(token, question, budget),
      isTokenRefusal,
    );
  }

  #fetchMessagesWith(token: string, question: SyncQuestion, budget: CallBudget): Promise<SyncPage> {
    return this.#call(
      {
        method: 'POST',
        path: '/cgi-bin/chatdata/sync_msg',
        query: () => ({ access_token: token }),
        // WeCom takes an empty string for a wrong value, so empty fields are left out.
        body: {
          ...(question.cursor === null ? {} : { cursor: question.cursor }),
          ...(question.pushToken === null ? {} : { token: question.pushToken }),
          limit: question.limit,
        },
        runsToCompletion: true,
      },
      parseSyncPage,
      budget,
    );
  }

  /**
   * GET /cgi-bin/gettoken
   *
   * @see https://developer.work.weixin.qq.com/document/path/91039
   */
  #fetchToken(budget: CallBudget): Promise<IssuedToken> {
    const { corpId, secret } = this.#options;
    const query = (): Record<string, string> => ({ corpid: corpId, corpsecret: secret.reveal() });
    return this.#call({ method: 'GET', path: '/cgi-bin/gettoken', query }, parseAccessToken, budget);
  }

  #call<T>(request: HttpRequest, parse: (body: unknown) => T, budget: CallBudget): Promise<T> {
    const { http } = this.#options;
    return http.call(request, budget, (body) => {
      const { errcode, isRequestMisread } = http.checked(() => parseEnvelope(body), UNDOCUMENTED);
      if (errcode !== 0) throw http.fail(toFailure(errcode));
      if (isRequestMisread) throw http.badResponse('WeCom understood only part of the request');
      return http.checked(() => parse(body), UNDOCUMENTED);
    });
  }
}
