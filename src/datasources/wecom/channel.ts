import type { KeyObject } from 'node:crypto';
import type { ChannelDependencies } from '../dependencies.ts';
import { UpstreamError } from '../../errors/upstream-error.ts';
import type { MessageStream } from '../../store/store.ts';
import { HttpClient } from '../kit/http.ts';
import { mayHold, type Holdings } from '../kit/may-hold.ts';
import type {
  CallBudget,
  ChannelCapabilities,
  ChatChannel,
  ErasedParts,
  ErasedPerson,
  KeepUp,
  MessageSource,
  SourceFilter,
} from '../message-source.ts';
import type { PushReceiver } from '../push-receiver.ts';
import type { ConversationRecord, JsonValue, ParticipantRecord } from '../../domain/records.ts';
import { ArchivedMessages } from './archived-messages.ts';
import { CallbackReceiver } from './push/receiver.ts';
import { WeComClient } from './client.ts';
import type { WeComConfig } from './config.ts';
import { findErased } from './erase.ts';
import { guessType, parseConversationKey, toParticipant } from './conversation.ts';
import { readPrivateKeys, unwrapSecretKey, WrongPrivateKeyError } from './secret-key.ts';
import { WeComSource } from './source.ts';
import { Sync, type PushToken } from './sync.ts';
import { KINDS, type WeComMessageRecord } from './to-message.ts';

const DAY_MS = 86_400_000;
/** How far back the first call without a cursor reaches. */
const FIRST_REACH_MS = 3 * DAY_MS;
/** The number of days for which a message can be fetched; fetched messages stay in the archive. */
const RETENTION_DAYS = 5;

const HOLDINGS: Holdings = {
  directions: ['INBOUND', 'OUTBOUND', 'INTERNAL'],
  kinds: KINDS,
  conversationKinds: ['DIRECT', 'GROUP'],
  availabilities: ['AVAILABLE'],
  participantRoles: ['CUSTOMER', 'AGENT', 'BOT', 'UNKNOWN'],
  hasText: false,
  isConversation: (key) => parseConversationKey('', key) !== null,
};

/** The conversations of one corporation. */
export class WeComChannel implements ChatChannel {
  readonly name: string;
  readonly displayName: string | null;
  readonly provider = 'WECOM';
  readonly account: string;
  readonly tenant: string;
  readonly capabilities: ChannelCapabilities = {
    nativeOrder: 'ASC',
    maxNativePageSize: 1000,
    nativeTimeFilter: false,
    retentionDays: RETENTION_DAYS,
    disclosesText: false,
    providesMessageIds: true,
    pushes: true,
  };
  readonly push: PushReceiver | null;
  readonly keepUp: KeepUp;
  readonly #privateKeys: ReadonlyMap<number, KeyObject>;
  readonly #client: WeComClient;
  readonly #archive: MessageStream;
  readonly #messages: ArchivedMessages;
  readonly #sync: Sync;
  readonly #source: WeComSource;

  constructor(config: WeComConfig, privateKeys: ReadonlyMap<number, KeyObject>, deps: ChannelDependencies) {
    const { name, displayName, baseUrl, corpId, secret, quota, secondsBetweenPulls } = config;
    const { clock, log } = deps;
    this.name = name;
    this.displayName = displayName ?? null;
    this.account = this.tenant = `${this.provider} ${corpId}`;
    this.#privateKeys = privateKeys;
    const http = new HttpClient(
      { channel: name, provider: this.provider, baseUrl, account: this.account, quota },
      deps,
    );
    const { accessTokens: tokens } = deps.store;
    this.#client = new WeComClient({ http, clock, baseUrl, corpId, secret, tokens });
    this.#archive = deps.store.messageStream(corpId, name);
    this.#sync = new Sync({
      channel: name,
      client: this.#client,
      archive: this.#archive,
      clock,
      log: log.child({ channel: name }),
      pageSize: quota.pageSize,
      pauseMs: secondsBetweenPulls * 1000,
      erased: () => deps.erasedOf?.(this.tenant) ?? null,
    });
    this.keepUp = {
      pull: (budget) => this.#sync.refresh(budget.arrivedAt, budget),
      ageMs: () => this.#sync.ageMs(),
    };
    this.#messages = new ArchivedMessages(name, this.#archive);
    this.#source = new WeComSource(name, this.#archive, this.#messages, this.#sync);
    this.push = config.callback
      ? new CallbackReceiver({
          callback: config.callback,
          clock,
          pull: (budget, callback) => this.pull(budget, callback),
        })
      : null;
  }

  sourcesFor(filter: SourceFilter): MessageSource[] {
    return mayHold(filter, HOLDINGS) ? [this.#source] : [];
  }

  async earliestReachableAt(now: number): Promise<number> {
    const oldest = await this.#archive.oldest();
    return oldest === null ? now - FIRST_REACH_MS : oldest * 1000;
  }

  async findMessage(key: string, budget: CallBudget): Promise<WeComMessageRecord | null> {
    // Every message that was listed here before is archived, so only a new one costs a call.
    const archived = await this.#messages.find(key);
    if (archived) return archived;
    await this.#sync.refreshForReader(budget.arrivedAt, budget);
    return this.#messages.find(key);
  }

  toConversation(key: string): ConversationRecord | null {
    return parseConversationKey(this.name, key);
  }

  toParticipant(nativeId: string): ParticipantRecord {
    return toParticipant(this.name, { type: guessType(nativeId), id: nativeId });
  }

  /** Without the unwrapped key, which is only for callers who display the message. */
  ownFieldsOf({
    messageType,
    chatId,
    encryptedSecretKey,
    publicKeyVersion,
  }: WeComMessageRecord): Record<string, JsonValue> {
    return { messageType, chatId, encryptedSecretKey, publicKeyVersion };
  }

  deliveryStatusOf(): null {
    return null;
  }

  prepare(budget: CallBudget): Promise<void> {
    return this.#client.prepare(budget);
  }

  findErased({ erased }: ErasedPerson): Promise<ErasedParts> {
    return findErased(this.name, this.#archive, erased);
  }

  check(budget: CallBudget): Promise<void> {
    return this.#sync.pullPage(budget);
  }

  /**
   * Brings the archive up to date after a callback.
   *
   * @param pushToken from the callback; later pulls and reads use it too. Null: there is none
   * @param since Unix ms: when the callback came
   * @throws UpstreamError `UPSTREAM_RATE_LIMITED` also when there is no token and the last call was just now
   * @throws BudgetSpentError
   */
  pull(
    budget: CallBudget,
    { pushToken = null, since = budget.arrivedAt }: { pushToken?: PushToken | null; since?: number } = {},
  ): Promise<void> {
    if (pushToken) this.#sync.offer(pushToken);
    return this.#sync.catchUp(since, budget);
  }

  /**
   * Unwraps a message's key for WeCom's display component. Only for callers who may read the messages themselves.
   *
   * @returns null when no private key is configured for that version
   * @throws UpstreamError when the key was not wrapped for the private key of that version
   * @throws Error when it is not a wrapped key at all
   */
  unwrapSecretKey(encryptedSecretKey: string, publicKeyVersion: number): string | null {
    const privateKey = this.#privateKeys.get(publicKeyVersion);
    if (!privateKey) return null;
    try {
      return unwrapSecretKey(encryptedSecretKey, privateKey);
    } catch (cause) {
      if (!(cause instanceof WrongPrivateKeyError)) throw cause;
      const advice = `The private key of version ${publicKeyVersion} does not fit: configure the one whose public key was set at WeCom under that version`;
      const failure = { code: 'UPSTREAM_MISCONFIGURED', isRetryable: false, advice } as const;
      throw new UpstreamError(this.name, this.provider, failure, { cause });
    }
  }

  async close(): Promise<void> {
    await this.#sync.close();
    await this.#client.close();
  }
}

/** @throws Error when a private key cannot be used */
export function createWeComChannel(config: WeComConfig, deps: ChannelDependencies): WeComChannel {
  return new WeComChannel(config, readPrivateKeys(config.name, config.privateKeys, deps.directory), deps);
}
