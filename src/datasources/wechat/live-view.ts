import type { Clock } from '../../util/clock.ts';
import type { PageStore } from '../kit/page-store.ts';
import { latestNow } from '../../util/present.ts';
import type { CallBudget } from '../message-source.ts';
import type { WeChatClient } from './client.ts';
import type { AgentAccount, AgentState, LiveList } from './wire.ts';

/** An agent in a session with a customer, now. */
export interface CustomerServiceSession {
  /** The agent, as `prefix@account`. */
  account: string;
  openId: string;
  /** Unix ms. */
  startedAt: number;
}

/** The state of an agent. One that is not `ACTIVE` has no sessions. */
export interface AgentPresence {
  state: AgentState;
  sessions: CustomerServiceSession[];
}

/** A customer who waits for an agent. */
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
  /** Called with the number of unreadable rows of a list just fetched. */
  onUnreadable: (count: number) => void;
}

/** The provider's current state. Answers are shared only among requests that arrived before they were fetched. */
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

  async agents(budget: CallBudget): Promise<AgentAccount[]> {
    return (await this.#read('getkflist', budget, () => this.#client.fetchAgentList(budget))).rows;
  }

  async agent(account: string, budget: CallBudget): Promise<AgentPresence> {
    const { state, rows } = await this.#read(`getsessionlist ${account}`, budget, () =>
      this.#client.fetchSessionList(account, budget),
    );
    const sessions = rows.map(({ openId, since }) => ({ account, openId, startedAt: since * 1000 }));
    return { state, sessions };
  }

  async allSessions(budget: CallBudget): Promise<CustomerServiceSession[]> {
    const agents = await this.agents(budget);
    const present = await Promise.all(agents.map(({ account }) => this.agent(account, budget)));
    return present.flatMap(({ sessions }) => sessions);
  }

  /** In order of arrival; the provider lists the first hundred. */
  async waitingCustomers(budget: CallBudget): Promise<WaitingCustomer[]> {
    const waiting = await this.#read('getwaitcase', budget, () => this.#client.fetchWaitingList(budget));
    return waiting.rows.map(({ openId, since }) => ({ openId, waitingSince: since * 1000 }));
  }

  #read<T extends LiveList<unknown>>(call: string, budget: CallBudget, fetch: () => Promise<T>): Promise<T> {
    return this.#pages.read({
      key: `${this.#account} ${call}`,
      notBefore: budget.arrivedAt,
      coversUntil: latestNow(this.#clock),
      budget,
      fetch: async () => {
        const list = await fetch();
        if (list.unreadable > 0) this.#onUnreadable(list.unreadable);
        return list;
      },
      weigh: ({ rows }) => rows.length,
    });
  }
}
