import { createSecretKey } from 'node:crypto';
import type { ChannelDependencies } from '../dependencies.ts';
import { mayHold } from '../kit/may-hold.ts';
import type {
  Awaitable,
  CallBudget,
  ChannelCapabilities,
  ChatChannel,
  ErasedParts,
  ErasedPerson,
  MessageSource,
  SourceFilter,
} from '../message-source.ts';
import type { PushReceiver } from '../push-receiver.ts';
import type { DeliveryStatus } from '../../domain/delivery.ts';
import type { ConversationRecord, JsonValue, ParticipantRecord } from '../../domain/records.ts';
import { WhatsAppClient } from './client.ts';
import { toAccountName, toTenantName, type WhatsAppConfig } from './config.ts';
import { findProfile, type LedgerProfile } from './contact-profiles.ts';
import { toConversation, toParticipant, toParties } from './conversation.ts';
import { findErased } from './erase.ts';
import { findMessage } from './find-message.ts';
import { toOwnDetails, type WhatsAppOwnDetails } from './own-details.ts';
import type { PageClaim } from './page-reader.ts';
import { HOLDINGS } from './conditions.ts';
import { WhatsAppPush } from './push/receiver.ts';
import { RangeReader } from './range-reader.ts';
import { Speakers } from './speakers.ts';
import { WhatsAppSource } from './source.ts';
import { findTold, ToldOfMessages, type LedgerDelivery } from './told.ts';
import type { WhatsAppMessageRecord } from './to-message.ts';
import type { Ledger } from '../../store/store.ts';

/** What the provider said of the newest page of history that it was asked for, true or not. */
export interface WhatsAppHistoryClaim extends PageClaim {
  /** Whether its totals are taken as evidence that something is missing. */
  areTotalsBelieved: boolean;
}

export interface WhatsAppChannel extends ChatChannel {
  /** As known now. No call to the provider. */
  detailsOf(message: WhatsAppMessageRecord): Promise<WhatsAppOwnDetails>;
  /** The newest that a webhook told of a customer. No call. */
  profileOf(nativeId: string): Promise<LedgerProfile | null>;
  /** Null before the first page. */
  latestClaim(): WhatsAppHistoryClaim | null;
  /** @returns null when no webhook has told of the message with this `MessageRecord.key`. No call to the provider. */
  deliveryOfKey(key: string): Promise<LedgerDelivery | null>;
  /** The same, also where the webhook did not identify the group. */
  deliveryOf(message: WhatsAppMessageRecord): Promise<LedgerDelivery | null>;
  /** WhatsApp's own id of the message, where the history or a webhook has told it. No call. */
  whatsAppMessageIdOf(message: WhatsAppMessageRecord): Awaitable<string | null>;
  /** Deletes what webhooks told before then. The channel does so daily as deliveries come. @param before Unix ms */
  prune(before: number): Promise<void>;
}

const DAY_MS = 86_400_000;

/** One tenant of the WhatsApp SCRM. */
export function createWhatsAppChannel(config: WhatsAppConfig, deps: ChannelDependencies): WhatsAppChannel {
  return new TenantChannel(config, deps);
}

class TenantChannel implements WhatsAppChannel {
  readonly name: string;
  readonly displayName: string | null;
  readonly provider = 'WHATSAPP_SCRM';
  readonly account: string;
  readonly tenant: string;
  readonly capabilities: ChannelCapabilities;
  readonly push: PushReceiver | null;
  readonly keepUp = null;
  readonly #deps: ChannelDependencies;
  readonly #historyStart: number;
  readonly #client: WhatsAppClient;
  readonly #reader: RangeReader;
  readonly #source: MessageSource;
  readonly #store: Ledger;
  readonly #told: ToldOfMessages;
  readonly #speakers: Speakers;

  constructor(config: WhatsAppConfig, deps: ChannelDependencies) {
    this.name = config.name;
    this.displayName = config.displayName ?? null;
    this.account = toAccountName(config);
    this.tenant = toTenantName(config);
    this.capabilities = {
      nativeOrder: null,
      maxNativePageSize: config.quota.pageSize,
      nativeTimeFilter: true,
      retentionDays: null,
      disclosesText: true,
      providesMessageIds: true,
      pushes: true,
    };
    this.#deps = deps;
    this.#historyStart = config.historyStart;
    this.#client = new WhatsAppClient(config, deps);
    this.#reader = new RangeReader(config, this.#client, deps);
    const store = deps.store.ledger(config.name);
    this.#store = store;
    this.#told = new ToldOfMessages(store);
    this.#speakers = new Speakers(config.name, store);
    this.#source = new WhatsAppSource({
      channel: config.name,
      reader: this.#reader,
      historyStart: config.historyStart,
      hasSpoken: (nativeId) => store.hasSpeaker(nativeId),
      speakers: this.#speakers,
      log: deps.log,
    });
    this.push = createPush(config, store, deps);
  }

  sourcesFor(filter: SourceFilter): MessageSource[] {
    return mayHold(filter, HOLDINGS) ? [this.#source] : [];
  }

  earliestReachableAt(): number {
    return this.#historyStart;
  }

  async findMessage(key: string, budget: CallBudget): Promise<WhatsAppMessageRecord | null> {
    const found = await findMessage(key, this.#historyStart, this.#reader, budget);
    const [complete] = found ? await this.#speakers.complete([found]) : [];
    return complete ?? null;
  }

  toConversation(key: string): ConversationRecord | null {
    const parties = toParties(key);
    return parties && toConversation(this.name, parties);
  }

  toParticipant(nativeId: string): ParticipantRecord {
    return toParticipant(this.name, nativeId);
  }

  async ownFieldsOf(message: WhatsAppMessageRecord): Promise<Record<string, JsonValue>> {
    const { agentAccount, agentUserId, serviceAccount, counterpart, counterpartName, recordedAt } = message;
    const { delivery, details } = await this.#told.of(message);
    return {
      whatsAppMessageId: message.whatsAppMessageId ?? delivery?.whatsAppMessageId ?? null,
      agentAccount,
      agentUserId,
      serviceAccount,
      counterpart,
      counterpartName,
      recordedAt: recordedAt === null ? null : new Date(recordedAt).toISOString(),
      deliveryStatus: delivery?.status ?? message.deliveryStatus,
      ...toOwnDetails(details, message),
    };
  }

  async detailsOf(message: WhatsAppMessageRecord): Promise<WhatsAppOwnDetails> {
    return toOwnDetails((await this.#told.of(message)).details, message);
  }

  profileOf(nativeId: string): Promise<LedgerProfile | null> {
    return findProfile(this.#store, nativeId);
  }

  latestClaim(): WhatsAppHistoryClaim | null {
    const { latestClaim, areTotalsBelieved } = this.#reader;
    return latestClaim && { ...latestClaim, areTotalsBelieved };
  }

  async deliveryOfKey(key: string): Promise<LedgerDelivery | null> {
    const [found] = await findTold(this.#store, [{ key, unnamedKey: null }]);
    return found?.delivery ?? null;
  }

  async deliveryOf(message: WhatsAppMessageRecord): Promise<LedgerDelivery | null> {
    return (await this.#told.of(message)).delivery;
  }

  async deliveryStatusOf(message: WhatsAppMessageRecord): Promise<DeliveryStatus | null> {
    return (await this.deliveryOf(message))?.status ?? message.deliveryStatus;
  }

  whatsAppMessageIdOf(message: WhatsAppMessageRecord): Awaitable<string | null> {
    const { whatsAppMessageId } = message;
    if (whatsAppMessageId !== null) return whatsAppMessageId;
    return this.deliveryOf(message).then((delivery) => delivery?.whatsAppMessageId ?? null);
  }

  findErased(
    person: ErasedPerson,
    keys: ReadonlySet<string>,
    held: ReadonlySet<string>,
  ): Promise<ErasedParts> {
    return findErased(this.#store, person, keys, held);
  }

  prune(before: number): Promise<void> {
    return this.#store.prune(before);
  }

  async check(budget: CallBudget): Promise<void> {
    const now = Math.floor(this.#deps.clock.now());
    const info = { startChatTime: now - DAY_MS, endChatTime: now };
    await this.#client.fetchMessagePage({ info, current: 1, pageSize: 1 }, budget);
  }

  close(): Promise<void> {
    return this.#client.close();
  }
}

/** @returns null without a secret: then no sender can prove that it is the provider */
function createPush(
  config: WhatsAppConfig,
  store: Ledger,
  { clock, log }: ChannelDependencies,
): PushReceiver | null {
  const { name, tenantId, webhookSecret, webhookMaxAgeSeconds, deliveryStatusDays, timeZone } = config;
  if (!webhookSecret) return null;
  return new WhatsAppPush({
    channel: name,
    rule: {
      tenantId,
      key: createSecretKey(webhookSecret.reveal(), 'utf8'),
      maxAgeMs: webhookMaxAgeSeconds * 1000,
    },
    timeZone,
    store,
    keepMs: deliveryStatusDays * DAY_MS,
    clock,
    log,
  });
}
