import type { ChannelDependencies } from '../dependencies.ts';
import { BudgetSpentError } from '../errors.ts';
import type {
  Access,
  ChannelCapabilities,
  ChatChannel,
  MessageSource,
  SourceFilter,
} from '../message-source.ts';
import type { DeliveryStatus, PushReceiver } from '../push-receiver.ts';
import type { ConversationRecord, JsonValue, ParticipantRecord } from '../records.ts';
import { WhatsAppClient } from './client.ts';
import type { WhatsAppConfig } from './config.ts';
import { toConversation, toParticipant, toParties } from './conversation.ts';
import { Heard } from './heard.ts';
import { toSecondOfKey } from './message-key.ts';
import { mayHold } from './push-down.ts';
import { WhatsAppPush } from './push.ts';
import { RangeReader } from './range-reader.ts';
import { WhatsAppSource } from './source.ts';
import { blockAround, clip, MAX_EXPONENT, type TimeRange } from './time-range.ts';
import type { WhatsAppMessageRecord } from './to-message.ts';

export { whatsAppConfig, type WhatsAppConfig } from './config.ts';
export type { WhatsAppDeliveryStatus, WhatsAppMessageRecord } from './to-message.ts';

/** What webhooks have told of a message. */
export interface WhatsAppDelivery {
  /** Null: no status has come yet. */
  status: DeliveryStatus | null;
  whatsAppMessageId: string;
}

export interface WhatsAppChannel extends ChatChannel {
  /** @returns null when no webhook has told of the message with this `MessageRecord.key`. No call to the provider. */
  deliveryStatusOf(key: string): WhatsAppDelivery | null;
  /** Forgets what webhooks told before then. Done daily by itself as news comes. @param before Unix ms */
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
  readonly #deps: ChannelDependencies;
  readonly #historyStart: number;
  readonly #client: WhatsAppClient;
  readonly #reader: RangeReader;
  readonly #source: MessageSource;
  readonly #heard: Heard;

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
    this.#source = new WhatsAppSource(config.name, this.#reader, config.historyStart);
    this.#heard = new Heard(deps.database, config.name);
    this.push = createPush(config, this.#heard, deps);
  }

  sourcesFor(filter: SourceFilter): MessageSource[] {
    return mayHold(filter) ? [this.#source] : [];
  }

  earliestReachableAt(): number {
    return this.#historyStart;
  }

  /** Looks through what is kept of that second, and then asks for it: it holds all that the key's ordinal counts. */
  async findMessage(key: string, access: Access): Promise<WhatsAppMessageRecord | null> {
    const second = toSecondOfKey(key);
    if (second === null) return null;
    const history = { from: Math.floor(this.#historyStart / 1000), until: Infinity };
    for (let exponent = 0; exponent <= MAX_EXPONENT; exponent++) {
      const found = await this.#findKept(key, clip(blockAround(second, exponent), history), access);
      if (found) return found;
    }
    return this.#findIn(key, blockAround(second, 0), access.arrivedAt, access);
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
    const heard = this.deliveryStatusOf(message.key);
    return {
      whatsAppMessageId: message.whatsAppMessageId ?? heard?.whatsAppMessageId ?? null,
      agentAccount,
      agentUserId,
      serviceAccount,
      counterpart,
      counterpartName,
      recordedAt: recordedAt === null ? null : new Date(recordedAt).toISOString(),
      deliveryStatus: heard?.status ?? message.deliveryStatus,
    };
  }

  deliveryStatusOf(key: string): WhatsAppDelivery | null {
    return this.#heard.find(key);
  }

  prune(before: number): void {
    this.#heard.prune(before);
  }

  async check(access: Access): Promise<void> {
    const now = Math.floor(this.#deps.clock.now());
    const info = { startChatTime: now - DAY_MS, endChatTime: now };
    await this.#client.fetchMessagePage({ info, current: 1, pageSize: 1 }, access);
  }

  close(): Promise<void> {
    return this.#client.close();
  }

  async #findKept(key: string, range: TimeRange, access: Access): Promise<WhatsAppMessageRecord | null> {
    if (!(await this.#reader.isKept({ range, conditions: {}, notBefore: 0 }))) return null;
    const storeOnly: Access = {
      arrivedAt: access.arrivedAt,
      deadline: access.deadline,
      caller: access.caller,
      isOver: true,
      signal: access.signal,
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
    access: Access,
  ): Promise<WhatsAppMessageRecord | null> {
    const answer = await this.#reader.read({ range, conditions: {}, notBefore }, access);
    return answer.isTooLong ? null : (answer.messages.find((message) => message.key === key) ?? null);
  }
}

/** @returns null without a secret: then nobody can prove to be the provider */
function createPush(
  config: WhatsAppConfig,
  heard: Heard,
  { clock, log }: ChannelDependencies,
): PushReceiver | null {
  const { name, tenantId, webhookSecret, webhookMaxAgeSeconds, deliveryStatusDays, timeZone } = config;
  if (!webhookSecret) return null;
  return new WhatsAppPush({
    channel: name,
    rule: { tenantId, secret: webhookSecret, maxAgeMs: webhookMaxAgeSeconds * 1000 },
    timeZone,
    heard,
    keepMs: deliveryStatusDays * DAY_MS,
    clock,
    log,
  });
}
