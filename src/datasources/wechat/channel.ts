import type { ChannelDependencies } from '../dependencies.ts';
import { mayHold } from '../kit/may-hold.ts';
import type {
  CallBudget,
  ChannelCapabilities,
  ChatChannel,
  MessageSource,
  SourceFilter,
} from '../message-source.ts';
import type { ConversationRecord, JsonValue, ParticipantRecord } from '../../domain/records.ts';
import { MAX_PAGE_SIZE, type WeChatConfig } from './config.ts';
import type { AgentPresence, CustomerServiceSession, WaitingCustomer } from './live-view.ts';
import { createParts, type WeChatChannelOptions } from './parts.ts';
import { windowOf } from './paging.ts';
import { toUnixSeconds } from './sequence.ts';
import { WeChatSource } from './source.ts';
import {
  HOLDINGS,
  secondOfKey,
  toConversation,
  toParticipant,
  type WeChatMessageRecord,
} from './to-message.ts';
import type { AgentAccount } from './wire.ts';

/** One Official Account with customer service. */
export class WeChatChannel implements ChatChannel {
  readonly name: string;
  readonly displayName: string | null;
  readonly provider = 'WECHAT';
  readonly account: string;
  readonly tenant: string;
  readonly capabilities: ChannelCapabilities = {
    nativeOrder: 'ASC',
    maxNativePageSize: MAX_PAGE_SIZE,
    nativeTimeFilter: true,
    retentionDays: null,
    disclosesText: true,
    providesMessageIds: false,
    pushes: false,
  };
  readonly push = null;
  readonly keepUp = null;
  readonly #options: WeChatChannelOptions;
  readonly #account: { channel: string; appId: string };
  readonly #source: WeChatSource;

  constructor(options: WeChatChannelOptions) {
    const { config, account, pages, reader, clock } = options;
    this.#options = options;
    this.name = config.name;
    this.displayName = config.displayName ?? null;
    this.account = account;
    this.tenant = `WECHAT ${config.appId}`;
    this.#account = { channel: config.name, appId: config.appId };
    this.#source = new WeChatSource({
      channel: config.name,
      historyStart: this.#historyStart,
      pages,
      reader,
      clock,
    });
  }

  sourcesFor(filter: SourceFilter): MessageSource[] {
    return mayHold(filter, HOLDINGS) ? [this.#source] : [];
  }

  earliestReachableAt(): number {
    return this.#historyStart * 1000;
  }

  async findMessage(key: string, budget: CallBudget): Promise<WeChatMessageRecord | null> {
    const second = secondOfKey(key);
    if (second === null) return null;
    // A caller with the key has seen the message, so a page that was fetched after it is likely to show it.
    const kept = await this.#findSince(second, key, (second + 1) * 1000, budget);
    return kept ?? this.#findSince(second, key, budget.arrivedAt, budget);
  }

  toConversation(key: string): ConversationRecord | null {
    return key === '' ? null : toConversation(this.name, key);
  }

  toParticipant(nativeId: string): ParticipantRecord {
    return toParticipant(this.#account, nativeId);
  }

  ownFieldsOf({ openId, operationCode, worker }: WeChatMessageRecord): Record<string, JsonValue> {
    return { openId, operationCode, worker };
  }

  deliveryStatusOf(): null {
    return null;
  }

  /** The one conversation that the account has with a customer, whichever agent serves them. */
  conversationWith(openId: string): ConversationRecord {
    return toConversation(this.name, openId);
  }

  prepare(budget: CallBudget): Promise<void> {
    return this.#options.client.prepare(budget);
  }

  /** Checks the credentials, the allow-list and that customer service is enabled, at the cost of one record. */
  async check(budget: CallBudget): Promise<void> {
    const now = toUnixSeconds(this.#options.clock.now());
    await this.#options.client.fetchMessageList(
      { startTime: now - 60, endTime: now, msgId: 1, number: 1 },
      budget,
    );
  }

  close(): Promise<void> {
    return this.#options.close();
  }

  /** All customer service accounts, in use or not. */
  customerServiceAccounts(budget: CallBudget): Promise<AgentAccount[]> {
    return this.#options.live.agents(budget);
  }

  /** The state of one agent, `prefix@account`; also whether the provider knows the agent at all. */
  agent(account: string, budget: CallBudget): Promise<AgentPresence> {
    return this.#options.live.agent(account, budget);
  }

  /** The sessions now open, agent by agent. Costs one call for each agent. */
  allSessions(budget: CallBudget): Promise<CustomerServiceSession[]> {
    return this.#options.live.allSessions(budget);
  }

  /** The customers who wait for an agent, in order of arrival; the provider lists the first hundred. */
  waitingCustomers(budget: CallBudget): Promise<WaitingCustomer[]> {
    return this.#options.live.waitingCustomers(budget);
  }

  get #historyStart(): number {
    return toUnixSeconds(this.#options.config.historyStart);
  }

  async #findSince(
    second: number,
    key: string,
    notBefore: number,
    budget: CallBudget,
  ): Promise<WeChatMessageRecord | null> {
    const { pages, reader } = this.#options;
    const request = pages.toRequest(windowOf(second, this.#historyStart), notBefore);
    const first = await reader.begin(request, budget);
    // To its end, although later records prove that the second is complete: see `WindowReader.read`.
    const read = await reader.read(request, first, budget);
    return read.messages.around(second).find((message) => message.key === key) ?? null;
  }
}

export function createWeChatChannel(config: WeChatConfig, deps: ChannelDependencies): WeChatChannel {
  return new WeChatChannel(createParts(config, deps));
}
