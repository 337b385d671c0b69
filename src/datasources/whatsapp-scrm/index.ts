import type { ChannelDependencies } from '../dependencies.ts';
import { BudgetSpentError } from '../../errors/upstream-error.ts';
import type {
  CallBudget,
  ChannelCapabilities,
  ChatChannel,
  MessageSource,
  SourceFilter,
} from '../message-source.ts';
import type { DeliveryStatus, PushReceiver } from '../push-receiver.ts';
import type { ConversationRecord, JsonValue, ParticipantRecord } from '../../domain/records.ts';
import { WhatsAppClient } from './client.ts';
import type { WhatsAppConfig } from './config.ts';
import { ContactProfiles, type LedgerProfile } from './contact-profiles.ts';
import { toConversation, toParticipant, toParties, toSpeaker } from './conversation.ts';
import { LedgerDetails, type MessageDetails } from './ledger-details.ts';
import { DeliveryLedger } from './delivery-ledger.ts';
import { toSecondOfKey } from './message-key.ts';
import type { PageClaim } from './page-reader.ts';
import { mayHold } from './push-down.ts';
import { WhatsAppPush } from './push/receiver.ts';
import { RangeReader } from './range-reader.ts';
import { WhatsAppSource } from './source.ts';
import { blockAround, clip, MAX_EXPONENT, type TimeRange } from './time-range.ts';
import type { WhatsAppMessageRecord } from './to-message.ts';

export { whatsAppConfig, type WhatsAppConfig } from './config.ts';
export type { LedgerProfile as WhatsAppContactProfile } from './contact-profiles.ts';
export type { WhatsAppDeliveryStatus, WhatsAppMessageRecord } from './to-message.ts';

/** What webhooks have recorded about a message. */
export interface WhatsAppDelivery {
  /** Null: no status has come yet. */
  status: DeliveryStatus | null;
  whatsAppMessageId: string;
}

/** The provider's claims about the newest page of history that it returned, true or not. */
export interface WhatsAppHistoryClaim extends PageClaim {
  /** Whether its totals are taken as evidence that something is missing. */
  areTotalsBelieved: boolean;
}

/** What only webhooks tell about a message, in the words of the schema. */
export interface WhatsAppOwnDetails {
  origin: 'PC' | 'APP' | 'WEB' | 'OTHER' | null;
  nativeOriginType: number | null;
  campaignTaskId: string | null;
  campaignTaskDetailId: string | null;
  nativeContentType: number | null;
  variant: 'ROUTING_LINK' | 'VOICE' | 'GIF' | null;
}

export interface WhatsAppChannel extends ChatChannel {
  /** As known now. No call to the provider. */
  detailsOf(message: WhatsAppMessageRecord): WhatsAppOwnDetails;
  /** The newest profile of a customer from webhooks. No call. */
  profileOf(nativeId: string): LedgerProfile | null;
  /** Null before the first page. */
  latestClaim(): WhatsAppHistoryClaim | null;
  /** @returns null when no webhook has reported the message with this `MessageRecord.key`. No call to the provider. */
  deliveryStatusOf(key: string): WhatsAppDelivery | null;
  /** The same, also where the webhook did not identify the group. */
  deliveryOf(message: WhatsAppMessageRecord): WhatsAppDelivery | null;
  /** Prunes what webhooks recorded before then. Runs daily when deliveries come. @param before Unix ms */
  prune(before: number): void;
}

const DAY_MS = 86_400_000;

/** @see https://doc.socialepoch.com/wa-scrm-open-api-doc/api/message.html */
const origins: ReadonlyMap<number, 'PC' | 'APP' | 'WEB'> = new Map([
  [1, 'PC'],
  [2, 'APP'],
  [3, 'WEB'],
]);
/** What webhooks tell apart and `MessageKind` does not. */
const variants: ReadonlyMap<number, 'ROUTING_LINK' | 'VOICE' | 'GIF'> = new Map([
  [11, 'ROUTING_LINK'],
  [12, 'VOICE'],
  [15, 'GIF'],
]);

/** One tenant of the WhatsApp SCRM. */
export function createWhatsAppChannel(config: WhatsAppConfig, deps: ChannelDependencies): WhatsAppChannel {
  return new TenantChannel(config, deps);
}

class TenantChannel implements WhatsAppChannel {
  readonly name: string;
  readonly displayName: string | null;
  readonly provider = 'WHATSAPP_SCRM';
  readonly capabilities: ChannelCapabilities;
  readonly push: PushReceiver | null;
  readonly keepUp = null;
  readonly #deps: ChannelDependencies;
  readonly #historyStart: number;
  readonly #client: WhatsAppClient;
  readonly #reader: RangeReader;
  readonly #source: MessageSource;
  readonly #ledger: DeliveryLedger;
  readonly #details: LedgerDetails;
  readonly #profiles: ContactProfiles;

  constructor(config: WhatsAppConfig, deps: ChannelDependencies) {
    this.name = config.name;
    this.displayName = config.displayName ?? null;
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
    this.#ledger = new DeliveryLedger(deps.database, config.name);
    this.#details = new LedgerDetails(deps.database, config.name);
    this.#profiles = new ContactProfiles(deps.database, config.name);
    this.#source = new WhatsAppSource(config.name, this.#reader, config.historyStart, {
      hasSpoken: (nativeId) => this.#details.hasSpoken(nativeId),
      complete: (message) => this.#complete(message),
    });
    const memories = { ledger: this.#ledger, details: this.#details, profiles: this.#profiles };
    this.push = createPush(config, memories, deps);
  }

  sourcesFor(filter: SourceFilter): MessageSource[] {
    return mayHold(filter) ? [this.#source] : [];
  }

  earliestReachableAt(): number {
    return this.#historyStart;
  }

  /** Searches the cache for that second, and then requests it: it holds all messages that the key's ordinal counts. */
  async findMessage(key: string, budget: CallBudget): Promise<WhatsAppMessageRecord | null> {
    const second = toSecondOfKey(key);
    if (second === null) return null;
    const history = { from: Math.floor(this.#historyStart / 1000), until: Infinity };
    for (let exponent = 0; exponent <= MAX_EXPONENT; exponent++) {
      const found = await this.#findKept(key, clip(blockAround(second, exponent), history), budget);
      if (found) return found;
    }
    return this.#findIn(key, blockAround(second, 0), budget.arrivedAt, budget);
  }

  toConversation(key: string): ConversationRecord | null {
    const parties = toParties(key);
    return parties && toConversation(this.name, parties);
  }

  toParticipant(nativeId: string): ParticipantRecord {
    return toParticipant(this.name, nativeId);
  }

  ownFieldsOf(message: WhatsAppMessageRecord): Record<string, JsonValue> {
    const { agentAccount, agentUserId, serviceAccount, counterpart, counterpartName, recordedAt } = message;
    const delivery = this.deliveryOf(message);
    return {
      whatsAppMessageId: message.whatsAppMessageId ?? delivery?.whatsAppMessageId ?? null,
      agentAccount,
      agentUserId,
      serviceAccount,
      counterpart,
      counterpartName,
      recordedAt: recordedAt === null ? null : new Date(recordedAt).toISOString(),
      deliveryStatus: delivery?.status ?? message.deliveryStatus,
      ...this.detailsOf(message),
    };
  }

  detailsOf(message: WhatsAppMessageRecord): WhatsAppOwnDetails {
    const told = this.#toldOf(message);
    const originType = told?.originType ?? null;
    const nativeContentType = told?.webhookType ?? message.nativeContentType;
    return {
      origin: originType === null ? null : (origins.get(originType) ?? 'OTHER'),
      nativeOriginType: originType,
      campaignTaskId: told?.campaignTaskId ?? null,
      campaignTaskDetailId: told?.campaignTaskDetailId ?? null,
      nativeContentType,
      variant: (nativeContentType === null ? null : variants.get(nativeContentType)) ?? null,
    };
  }

  profileOf(nativeId: string): LedgerProfile | null {
    return this.#profiles.find(nativeId);
  }

  latestClaim(): WhatsAppHistoryClaim | null {
    const { latestClaim, areTotalsBelieved } = this.#reader;
    return latestClaim && { ...latestClaim, areTotalsBelieved };
  }

  deliveryStatusOf(key: string): WhatsAppDelivery | null {
    return this.#ledger.find(key);
  }

  deliveryOf({ key, unnamedKey }: WhatsAppMessageRecord): WhatsAppDelivery | null {
    return this.#ledger.find(key) ?? (unnamedKey ? this.#ledger.find(unnamedKey) : null);
  }

  prune(before: number): void {
    for (const memory of [this.#ledger, this.#details, this.#profiles]) memory.prune(before);
  }

  async check(budget: CallBudget): Promise<void> {
    const now = Math.floor(this.#deps.clock.now());
    const info = { startChatTime: now - DAY_MS, endChatTime: now };
    await this.#client.fetchMessagePage({ info, current: 1, pageSize: 1 }, budget);
  }

  close(): Promise<void> {
    return this.#client.close();
  }

  #toldOf({ key, unnamedKey }: WhatsAppMessageRecord): MessageDetails | null {
    return this.#details.find(key) ?? (unnamedKey ? this.#details.find(unnamedKey) : null);
  }

  /**
   * The history does not tell which member of a group wrote; webhooks do, and the name is filled in, so that filters
   * see it, too.
   */
  #complete(message: WhatsAppMessageRecord): WhatsAppMessageRecord {
    if (message.conversation.kind !== 'GROUP' || message.direction === 'OUTBOUND') return message;
    const speaker = this.#toldOf(message)?.speaker;
    return speaker ? { ...message, sender: toSpeaker(this.name, speaker) } : message;
  }

  async #findKept(key: string, range: TimeRange, budget: CallBudget): Promise<WhatsAppMessageRecord | null> {
    if (!(await this.#reader.isKept({ range, conditions: {}, notBefore: 0 }))) return null;
    const storeOnly: CallBudget = {
      arrivedAt: budget.arrivedAt,
      deadline: budget.deadline,
      caller: budget.caller,
      isOver: true,
      signal: budget.signal,
      whileQueued: (turn) => turn,
      spend: () => {
        throw new BudgetSpentError();
      },
    };
    try {
      return await this.#findIn(key, range, 0, storeOnly);
    } catch (error) {
      // Only part of the range is kept.
      if (error instanceof BudgetSpentError) return null;
      throw error;
    }
  }

  async #findIn(
    key: string,
    range: TimeRange,
    notBefore: number,
    budget: CallBudget,
  ): Promise<WhatsAppMessageRecord | null> {
    const answer = await this.#reader.read({ range, conditions: {}, notBefore }, budget);
    const found = answer.isTooLong ? undefined : answer.messages.find((message) => message.key === key);
    return found ? this.#complete(found) : null;
  }
}

/** @returns null without a secret: then no sender can prove to be the provider */
function createPush(
  config: WhatsAppConfig,
  memories: { ledger: DeliveryLedger; details: LedgerDetails; profiles: ContactProfiles },
  { clock, log }: ChannelDependencies,
): PushReceiver | null {
  const { name, tenantId, webhookSecret, webhookMaxAgeSeconds, deliveryStatusDays, timeZone } = config;
  if (!webhookSecret) return null;
  return new WhatsAppPush({
    channel: name,
    rule: { tenantId, secret: webhookSecret, maxAgeMs: webhookMaxAgeSeconds * 1000 },
    timeZone,
    ...memories,
    keepMs: deliveryStatusDays * DAY_MS,
    clock,
    log,
  });
}
