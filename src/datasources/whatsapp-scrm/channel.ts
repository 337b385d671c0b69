import type { ChannelDependencies } from '../dependencies.ts';
import { mayHold } from '../kit/may-hold.ts';
import type {
  CallBudget,
  ChannelCapabilities,
  ChatChannel,
  MessageSource,
  SourceFilter,
} from '../message-source.ts';
import type { PushReceiver } from '../push-receiver.ts';
import type { DeliveryStatus } from '../../domain/delivery.ts';
import type { ConversationRecord, JsonValue, ParticipantRecord } from '../../domain/records.ts';
import { WhatsAppClient } from './client.ts';
import type { WhatsAppConfig } from './config.ts';
import { ContactProfiles, type LedgerProfile } from './contact-profiles.ts';
import { toConversation, toParticipant, toParties, toSpeaker } from './conversation.ts';
import { LedgerDetails, type MessageDetails } from './ledger-details.ts';
import { DeliveryLedger } from './delivery-ledger.ts';
import { findMessage } from './find-message.ts';
import { toOwnDetails, type WhatsAppOwnDetails } from './own-details.ts';
import type { PageClaim } from './page-reader.ts';
import { HOLDINGS } from './conditions.ts';
import { WhatsAppPush } from './push/receiver.ts';
import { RangeReader } from './range-reader.ts';
import { WhatsAppSource } from './source.ts';
import type { WhatsAppMessageRecord } from './to-message.ts';

/** What webhooks have told of a message. */
export interface WhatsAppDelivery {
  /** Null: no status has come yet. */
  status: DeliveryStatus | null;
  whatsAppMessageId: string;
}

/** What the provider said of the newest page of history that it was asked for, true or not. */
export interface WhatsAppHistoryClaim extends PageClaim {
  /** Whether its totals are taken as evidence that something is missing. */
  areTotalsBelieved: boolean;
}

export interface WhatsAppChannel extends ChatChannel {
  /** As known now. No call to the provider. */
  detailsOf(message: WhatsAppMessageRecord): WhatsAppOwnDetails;
  /** The newest that a webhook told of a customer. No call. */
  profileOf(nativeId: string): LedgerProfile | null;
  /** Null before the first page. */
  latestClaim(): WhatsAppHistoryClaim | null;
  /** @returns null when no webhook has told of the message with this `MessageRecord.key`. No call to the provider. */
  deliveryOfKey(key: string): WhatsAppDelivery | null;
  /** The same, also where the webhook did not identify the group. */
  deliveryOf(message: WhatsAppMessageRecord): WhatsAppDelivery | null;
  /** WhatsApp's own id of the message, where the history or a webhook has told it. No call. */
  whatsAppMessageIdOf(message: WhatsAppMessageRecord): string | null;
  /** Deletes what webhooks told before then. The channel does so daily as deliveries come. @param before Unix ms */
  prune(before: number): void;
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
  readonly #completed = new WeakMap<
    WhatsAppMessageRecord,
    { message: WhatsAppMessageRecord; version: string }
  >();
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
      complete: (messages) => this.#complete(messages),
    });
    const memories = { ledger: this.#ledger, details: this.#details, profiles: this.#profiles };
    this.push = createPush(config, memories, deps);
  }

  sourcesFor(filter: SourceFilter): MessageSource[] {
    return mayHold(filter, HOLDINGS) ? [this.#source] : [];
  }

  earliestReachableAt(): number {
    return this.#historyStart;
  }

  async findMessage(key: string, budget: CallBudget): Promise<WhatsAppMessageRecord | null> {
    const found = await findMessage(key, this.#historyStart, this.#reader, budget);
    return (found && this.#complete([found])[0]) ?? null;
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
    return {
      whatsAppMessageId: this.whatsAppMessageIdOf(message),
      agentAccount,
      agentUserId,
      serviceAccount,
      counterpart,
      counterpartName,
      recordedAt: recordedAt === null ? null : new Date(recordedAt).toISOString(),
      deliveryStatus: this.deliveryStatusOf(message),
      ...this.detailsOf(message),
    };
  }

  detailsOf(message: WhatsAppMessageRecord): WhatsAppOwnDetails {
    return toOwnDetails(this.#toldOf(message), message);
  }

  profileOf(nativeId: string): LedgerProfile | null {
    return this.#profiles.find(nativeId);
  }

  latestClaim(): WhatsAppHistoryClaim | null {
    const { latestClaim, areTotalsBelieved } = this.#reader;
    return latestClaim && { ...latestClaim, areTotalsBelieved };
  }

  deliveryOfKey(key: string): WhatsAppDelivery | null {
    return this.#ledger.find(key);
  }

  deliveryOf({ key, unnamedKey }: WhatsAppMessageRecord): WhatsAppDelivery | null {
    return this.#ledger.find(key) ?? (unnamedKey ? this.#ledger.find(unnamedKey) : null);
  }

  deliveryStatusOf(message: WhatsAppMessageRecord): DeliveryStatus | null {
    return this.deliveryOf(message)?.status ?? message.deliveryStatus;
  }

  whatsAppMessageIdOf(message: WhatsAppMessageRecord): string | null {
    return message.whatsAppMessageId ?? this.deliveryOf(message)?.whatsAppMessageId ?? null;
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

  /** The history does not tell who of a group spoke; what a webhook told of it is put in, so that filters see it, too. */
  #complete(messages: readonly WhatsAppMessageRecord[]): readonly WhatsAppMessageRecord[] {
    const isOpen = ({ conversation, direction }: WhatsAppMessageRecord): boolean =>
      conversation.kind === 'GROUP' && direction !== 'OUTBOUND';
    if (!messages.some(isOpen)) return messages;
    const { version } = this.#details;
    return messages.map((message) => (isOpen(message) ? this.#completeOne(message, version) : message));
  }

  #completeOne(message: WhatsAppMessageRecord, version: string): WhatsAppMessageRecord {
    const kept = this.#completed.get(message);
    if (kept?.version === version) return kept.message;
    const speaker = this.#toldOf(message)?.speaker;
    const complete = speaker ? { ...message, sender: toSpeaker(this.name, speaker) } : message;
    this.#completed.set(message, { message: complete, version });
    return complete;
  }
}

/** @returns null without a secret: then no sender can prove that it is the provider */
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
