import type { UpstreamError } from '../../errors/upstream-error.ts';
import type { AccessToken } from '../kit/access-token.ts';
import type { CallBudget } from '../message-source.ts';
import type { Call, Exchange } from './exchange.ts';
import {
  parseAgentList,
  parseMessageList,
  parseSessionList,
  parseWaitingList,
  type AgentAccount,
  type CustomerSince,
  type LiveList,
  type MessageListPage,
  type SessionList,
} from './wire.ts';

/** In the provider's words. Whether the time bounds are inclusive is not documented. */
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

const AGENTS_WITHOUT_SESSIONS: ReadonlyMap<number, SessionList> = new Map([
  [65401, { state: 'UNKNOWN', rows: [], unreadable: 0 }],
  [65402, { state: 'UNBOUND', rows: [], unreadable: 0 }],
]);

/** The provider's calls, one method each. Every one may throw `UpstreamError` and `BudgetSpentError`. */
export class WeChatClient {
  readonly #exchange: Exchange;
  readonly #tokens: AccessToken<CallBudget>;

  constructor(exchange: Exchange, tokens: AccessToken<CallBudget>) {
    this.#exchange = exchange;
    this.#tokens = tokens;
  }

  /** @see https://developers.weixin.qq.com/doc/service/api/customer/message/api_getmsglist.html */
  fetchMessageList(
    { startTime, endTime, msgId, number }: MessageListRequest,
    budget: CallBudget,
  ): Promise<MessageListPage> {
    const path = '/customservice/msgrecord/getmsglist';
    const body = { starttime: startTime, endtime: endTime, msgid: msgId, number };
    return this.#call({ method: 'POST', path, body, parse: parseMessageList }, budget);
  }

  fetchAgentList(budget: CallBudget): Promise<LiveList<AgentAccount>> {
    const path = '/cgi-bin/customservice/getkflist';
    return this.#call({ method: 'GET', path, parse: parseAgentList }, budget);
  }

  /** The sessions that are open now with one agent. */
  fetchSessionList(account: string, budget: CallBudget): Promise<SessionList> {
    return this.#call(
      {
        method: 'GET',
        path: '/customservice/kfsession/getsessionlist',
        query: () => ({ kf_account: account }),
        parse: parseSessionList,
        answers: AGENTS_WITHOUT_SESSIONS,
      },
      budget,
    );
  }

  /** The customers who wait for an agent, in order of arrival; the provider lists at most 100. */
  fetchWaitingList(budget: CallBudget): Promise<LiveList<CustomerSince>> {
    const path = '/customservice/kfsession/getwaitcase';
    return this.#call({ method: 'GET', path, parse: parseWaitingList }, budget);
  }

  /** Fetches the access token ahead of the calls that need it. */
  async prepare(budget: CallBudget): Promise<void> {
    await this.#tokens.get(budget);
  }

  badResponse(advice: string): UpstreamError {
    return this.#exchange.badResponse(advice);
  }

  #call<T>(call: Call<T>, budget: CallBudget): Promise<T> {
    const parameter = { name: 'access_token', tokens: this.#tokens, context: budget };
    return this.#exchange.sendWithToken(call, parameter, budget);
  }
}
