import { UpstreamError } from '../errors.ts';
import type { Clock } from '../kit/clock.ts';
import type { PageStore } from '../kit/page-store.ts';
import type { Access } from '../message-source.ts';
import type { WeChatClient } from './client.ts';
import { isAgentWithoutSessions } from './errors.ts';
import type { AgentAccount, CustomerSince, LiveList } from './wire.ts';

/** An agent in a session with a customer, now. */
export interface CustomerServiceSession {
  /** The agent, as `prefix@account`. */
  account: string;
  openId: string;
  /** Unix ms. */
  startedAt: number;
}

/** A customer whom nobody serves yet. */
export interface WaitingCustomer {
  openId: string;
  /** Unix ms: when the customer wrote last. */
  waitingSince: number;
}

export interface LiveViewOptions {
  client: WeChatClient;
  pages: PageStore;
  clock: Clock;
  /** Names the account in the page store. */
  account: string;
  /** Told how many rows of a list just fetched could not be read. */
  onUnreadable: (count: number) => void;
}

/** What the provider says of the present. Answers are shared only among requests that arrived before they were fetched. */
export class LiveView {
  readonly #client: WeChatClient;
  readonly #pages: PageStore;
  readonly #clock: Clock;
  readonly #account: string;
  readonly #onUnreadable: (count: number) => void;

  constructor({ client, pages, clock, account, onUnreadable }: LiveViewOptions) {
    this.#client = client;
    this.#pages = pages;
    this.#clock = clock;
    this.#account = account;
    this.#onUnreadable = onUnreadable;
  }

  agents(access: Access): Promise<AgentAccount[]> {
    return this.#read('getkflist', access, () => this.#client.fetchAgentList(access));
  }

  /** @returns none for an account that does not exist or that nobody has taken up */
  async sessions(account: string, access: Access): Promise<CustomerServiceSession[]> {
    const sessions = await this.#read(`getsessionlist ${account}`, access, () =>
      this.#fetchSessions(account, access),
    );
    return sessions.map(({ openId, since }) => ({ account, openId, startedAt: since * 1000 }));
  }

  async allSessions(access: Access): Promise<CustomerServiceSession[]> {
    const agents = await this.agents(access);
    return (await Promise.all(agents.map(({ account }) => this.sessions(account, access)))).flat();
  }

  /** In order of arrival; the provider lists the first hundred. */
  async waitingCustomers(access: Access): Promise<WaitingCustomer[]> {
    const waiting = await this.#read('getwaitcase', access, () => this.#client.fetchWaitingList(access));
    return waiting.map(({ openId, since }) => ({ openId, waitingSince: since * 1000 }));
  }

  async #fetchSessions(account: string, access: Access): Promise<LiveList<CustomerSince>> {
    try {
      return await this.#client.fetchSessionList(account, access);
    } catch (error) {
      if (error instanceof UpstreamError && isAgentWithoutSessions(error.providerCode))
        return { rows: [], unreadable: 0 };
      throw error;
    }
  }

  #read<T>(call: string, access: Access, fetch: () => Promise<LiveList<T>>): Promise<T[]> {
    return this.#pages.read({
      key: `${this.#account} ${call}`,
      notBefore: access.arrivedAt,
      coversUntil: this.#clock.now(),
      fetch: async () => {
        const { rows, unreadable } = await fetch();
        if (unreadable > 0) this.#onUnreadable(unreadable);
        return rows;
      },
      weigh: (list) => list.length,
    });
  }
}
