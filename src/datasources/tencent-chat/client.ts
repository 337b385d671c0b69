import { randomInt } from 'node:crypto';
import type { ChannelDependencies } from '../dependencies.ts';
import type { UpstreamError } from '../../errors/upstream-error.ts';
import { callWith } from '../kit/credential.ts';
import { askForFewer } from '../kit/fewer.ts';
import { HttpClient } from '../kit/http.ts';
import type { CallBudget } from '../message-source.ts';
import { toAccountName, toBaseUrl, type TencentChatConfig } from './config.ts';
import { isSignatureRefusal, isTooLarge, toFailure } from './errors.ts';
import { UserSigs } from './user-sig.ts';
import { parsePage, parseReply, type WirePage } from './wire.ts';

export interface MessagesRequest {
  officialAccount: string;
  /** The `MsgKey` of a message: only older ones are listed. Null: the newest are. */
  before: string | null;
  /** 1 to 20; an answer that would be too large has fewer. */
  count: number;
}

export interface ListedPage {
  page: WirePage;
  /** How many messages were requested in the end. */
  asked: number;
}

const UINT32_VALUES = 2 ** 32;
const UNDOCUMENTED = 'The answer is not in the documented form';

/** The calls of one app's server API. */
export class TencentChatClient {
  readonly #http: HttpClient;
  readonly #userSigs: UserSigs;
  readonly #identity: Record<string, string>;
  /** How many messages have lately fit into an answer; one more after each, since few are large. */
  #fitting = Infinity;

  constructor(config: TencentChatConfig, deps: ChannelDependencies) {
    const { name, provider, quota } = config;
    this.#http = new HttpClient(
      { channel: name, provider, baseUrl: toBaseUrl(config), account: toAccountName(config), quota },
      deps,
    );
    this.#userSigs = new UserSigs({
      sdkAppId: config.sdkAppId,
      userId: config.adminUserId,
      secretKey: config.secretKey,
      clock: deps.clock,
    });
    this.#identity = { sdkappid: String(config.sdkAppId), identifier: config.adminUserId };
  }

  /**
   * Lists messages of an official account, the newest of what was asked for; recalled ones are among them.
   *
   * @throws UpstreamError
   * @see https://www.tencentcloud.com/document/product/1047/60812
   */
  async fetchMessages(
    { officialAccount, before, count }: MessagesRequest,
    budget: CallBudget,
  ): Promise<ListedPage> {
    const listed = await askForFewer(
      Math.min(count, this.#fitting),
      (asked) => this.#fetch(officialAccount, before, asked, budget),
      isTooLarge,
      (asked) => {
        this.#fitting = asked;
      },
    );
    if (listed.asked === this.#fitting) this.#fitting++;
    return listed;
  }

  /** An answer that cannot be read, for a reason that only its reader knows. */
  badResponse(advice: string): UpstreamError {
    return this.#http.badResponse(advice);
  }

  close(): Promise<void> {
    return this.#http.close();
  }

  async #fetch(
    officialAccount: string,
    before: string | null,
    asked: number,
    budget: CallBudget,
  ): Promise<ListedPage> {
    const body = {
      Official_Account: officialAccount,
      ...(before === null ? {} : { LastMsgKey: before }),
      ReqMsgNumber: asked,
      // Whatever a caller wants of them: all walks share the pages, and only whole ones tell where the history ends.
      WithRecalledMsg: 1,
    };
    const path = '/v4/official_account_open_http_svc/official_account_msg_get_simple';
    // A wrong key stays wrong, and the provider locks out who insists.
    const payload = await callWith(
      this.#userSigs,
      (userSig) => this.#exchange(userSig, path, body, budget),
      isSignatureRefusal,
    );
    return { page: this.#http.checked(() => parsePage(payload), UNDOCUMENTED), asked };
  }

  #exchange(userSig: string, path: string, body: object, budget: CallBudget): Promise<unknown> {
    // Made as each attempt leaves: `random` must be new for each.
    const query = (): Record<string, string> => ({
      ...this.#identity,
      usersig: userSig,
      random: String(randomInt(UINT32_VALUES)),
      contenttype: 'json',
    });
    // HTTP 200 in any case; the body has the outcome.
    return this.#http.call({ method: 'POST', path, query, body }, budget, (payload) => {
      const { errorCode, isOk } = this.#http.checked(() => parseReply(payload), UNDOCUMENTED);
      if (errorCode !== 0) throw this.#http.fail(toFailure(errorCode));
      if (!isOk) throw this.#http.badResponse('The answer says that the call failed, but not why');
      return payload;
    });
  }
}
