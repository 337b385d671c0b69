import { UpstreamError } from '../errors.ts';
import { AccessToken, type IssuedToken } from '../kit/access-token.ts';
import type { Clock } from '../kit/clock.ts';
import type { HttpClient, HttpRequest } from '../kit/http.ts';
import type { Access } from '../message-source.ts';
import type { WeChatConfig } from './config.ts';
import { isTokenRefusal, toFailure } from './errors.ts';
import {
  parseAgentList,
  parseErrorCode,
  parseMessageList,
  parseSessionList,
  parseToken,
  parseWaitingList,
  type AgentAccount,
  type CustomerSince,
  type LiveList,
  type MessageListPage,
} from './wire.ts';

/** In the provider's words. Whether the bounds of time are inclusive is not documented. */
export interface MessageListRequest {
  /** Unix seconds. */
  startTime: number;
  /** Unix seconds, at most 86,400 after `startTime`. */
  endTime: number;
  /** 1 for the first page, then the one that the last page returned. */
  msgId: number;
  /** At most so many records: 1 to 10,000. */
  number: number;
}

/** The provider's calls, one method each. Every one may throw `UpstreamError` and `BudgetSpentError`. */
export class WeChatClient {
  readonly #http: HttpClient;
  readonly #clock: Clock;
  readonly #config: WeChatConfig;
  readonly #token: AccessToken<Access>;

  constructor(config: WeChatConfig, http: HttpClient, clock: Clock) {
    this.#config = config;
    this.#http = http;
    this.#clock = clock;
    this.#token = new AccessToken((access: Access) => this.#fetchToken(access), clock);
  }

  /** @see https://developers.weixin.qq.com/doc/service/api/customer/message/api_getmsglist.html */
  fetchMessageList(
    { startTime, endTime, msgId, number }: MessageListRequest,
    access: Access,
  ): Promise<MessageListPage> {
    const path = '/customservice/msgrecord/getmsglist';
    const body = { starttime: startTime, endtime: endTime, msgid: msgId, number };
    return this.#call({ method: 'POST', path, body }, parseMessageList, access);
  }

  fetchAgentList(access: Access): Promise<LiveList<AgentAccount>> {
    return this.#call({ method: 'GET', path: '/cgi-bin/customservice/getkflist' }, parseAgentList, access);
  }

  /** The sessions that are open now with one agent. */
  fetchSessionList(account: string, access: Access): Promise<LiveList<CustomerSince>> {
    const path = '/customservice/kfsession/getsessionlist';
    return this.#call(
      { method: 'GET', path, query: () => ({ kf_account: account }) },
      parseSessionList,
      access,
    );
  }

  /** The customers whom nobody serves yet, first come first; the provider lists at most 100. */
  fetchWaitingList(access: Access): Promise<LiveList<CustomerSince>> {
    return this.#call(
      { method: 'GET', path: '/customservice/kfsession/getwaitcase' },
      parseWaitingList,
      access,
    );
  }

  badResponse(advice: string): UpstreamError {
    return this.#http.badResponse(advice);
  }

  close(): Promise<void> {
    return this.#http.close();
  }

  /**
   * Every holder of the account gets the same token, so several gateways agree without talking to each other.
   * Asking for a forced refresh would end the others' token, so it is never done.
   *
   * @see https://developers.weixin.qq.com/doc/service/api/base/api_getstableaccesstoken.html
   */
  #fetchToken(access: Access): Promise<IssuedToken> {
    const { appId, appSecret } = this.#config;
    const body = { grant_type: 'client_credential', appid: appId, secret: appSecret.reveal() };
    return this.#send({ method: 'POST', path: '/cgi-bin/stable_token', body }, parseToken, access);
  }

  /** A refused token is replaced once: a second refusal means that the account, not the token, is at fault. */
  async #call<T>(
    request: HttpRequest,
    parse: (body: unknown, bytes: number) => T,
    access: Access,
  ): Promise<T> {
    const token = await this.#token.get(access);
    try {
      return await this.#sendWithToken(request, token, parse, access);
    } catch (error) {
      if (!(error instanceof UpstreamError && isTokenRefusal(error.providerCode))) throw error;
      this.#token.refuse(token);
      return await this.#sendWithToken(request, await this.#token.get(access), parse, access);
    }
  }

  #sendWithToken<T>(
    request: HttpRequest,
    token: string,
    parse: (body: unknown, bytes: number) => T,
    access: Access,
  ): Promise<T> {
    const query = (): Record<string, string> => ({ access_token: token, ...request.query?.() });
    return this.#send({ ...request, query }, parse, access);
  }

  #send<T>(request: HttpRequest, parse: (body: unknown, bytes: number) => T, access: Access): Promise<T> {
    return this.#http.call(request, access, (body, bytes) => {
      const errorCode = this.#check(() => parseErrorCode(body));
      if (errorCode !== 0) throw this.#http.fail(toFailure(errorCode, this.#clock.now()));
      return this.#check(() => parse(body, bytes));
    });
  }

  #check<T>(parse: () => T): T {
    try {
      return parse();
    } catch (cause) {
      throw this.#http.badResponse("The answer is not what the provider's documentation describes", cause);
    }
  }
}
