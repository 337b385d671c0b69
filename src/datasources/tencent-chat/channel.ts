import type { ChannelDependencies } from '../dependencies.ts';
import { mayHold } from '../kit/may-hold.ts';
import type { CallBudget, ChannelCapabilities, ChatChannel, SourceFilter } from '../message-source.ts';
import type { ConversationRecord, JsonValue, ParticipantRecord } from '../../domain/records.ts';
import { CallbackReceiver } from './push/receiver.ts';
import { TencentChatClient } from './client.ts';
import { MAX_PAGE_SIZE, toAccountName, type TencentChatConfig } from './config.ts';
import { findErased } from './erase.ts';
import { HistoryPages } from './pages.ts';
import { parseRecordKey } from './record-key.ts';
import { TencentChatSource } from './source.ts';
import { KINDS, toAccount, toConversation, toWriter, type TencentChatMessageRecord } from './to-message.ts';

const CAPABILITIES: ChannelCapabilities = {
  nativeOrder: 'DESC',
  maxNativePageSize: MAX_PAGE_SIZE,
  nativeTimeFilter: false,
  retentionDays: null,
  disclosesText: true,
  providesMessageIds: true,
  pushes: true,
};

/** One app: a source per official account, since the provider keeps their histories apart. */
export interface TencentChatChannel extends ChatChannel {
  readonly provider: 'TENCENT_CHAT';
  /** As configured: the provider has no call that lists them. */
  readonly officialAccounts: string[];
  findMessage(key: string, budget: CallBudget): Promise<TencentChatMessageRecord | null>;
}

/** @returns null when nothing can prove that a callback is the provider's */
function createPush(
  { sdkAppId, callbackToken, unsignedCallbacksFrom }: TencentChatConfig,
  sources: ReadonlyMap<string, TencentChatSource>,
): CallbackReceiver | null {
  if (callbackToken) return new CallbackReceiver({ sdkAppId, proof: { token: callbackToken }, sources });
  if (!unsignedCallbacksFrom) return null;
  return new CallbackReceiver({ sdkAppId, proof: { addresses: unsignedCallbacksFrom }, sources });
}

export function createTencentChatChannel(
  config: TencentChatConfig,
  deps: ChannelDependencies,
): TencentChatChannel {
  const client = new TencentChatClient(config, deps);
  const channel = config.name;
  const sources = new Map(
    config.officialAccounts.map((officialAccount) => {
      const pages = new HistoryPages(config, officialAccount, client, deps);
      return [
        officialAccount,
        new TencentChatSource({ channel, officialAccount, pages, clock: deps.clock, log: deps.log }),
      ];
    }),
  );

  return {
    name: channel,
    displayName: config.displayName ?? null,
    provider: 'TENCENT_CHAT',
    account: toAccountName(config),
    tenant: toAccountName(config),
    capabilities: CAPABILITIES,
    keepUp: null,
    push: createPush(config, sources),
    officialAccounts: config.officialAccounts,

    sourcesFor: (filter) =>
      [...sources]
        .filter(([officialAccount]) => isAdmitted(officialAccount, filter))
        .map(([, source]) => source),

    earliestReachableAt: () => config.historyStart ?? null,

    async findMessage(key, budget) {
      const reference = parseRecordKey(key);
      const source = reference && sources.get(reference.officialAccount);
      return source ? source.find(reference, budget) : null;
    },

    toConversation: (key): ConversationRecord | null =>
      sources.has(key) ? toConversation({ channel, officialAccount: key }) : null,

    // A user seen in a stream beside its account writes in the account's name.
    toParticipant: (nativeId): ParticipantRecord =>
      sources.has(nativeId) ? toAccount({ channel, officialAccount: nativeId }) : toWriter(channel, nativeId),

    ownFieldsOf: ({
      messageKey,
      messageSequence,
      officialAccount,
      fromAccount,
    }: TencentChatMessageRecord): Record<string, JsonValue> => ({
      messageKey,
      sequence: messageSequence,
      officialAccount,
      fromAccount,
    }),

    deliveryStatusOf: () => null,

    findErased: (_person, keys) =>
      findErased(
        config.officialAccounts,
        (officialAccount) => deps.store.recalls(config.sdkAppId, officialAccount),
        keys,
      ),

    async check(budget) {
      // Each of them may be missing by itself.
      for (const officialAccount of config.officialAccounts) {
        await client.fetchMessages({ officialAccount, before: null, count: 1 }, budget);
      }
    },

    close: () => client.close(),
  };
}

/** Everything in an official account's stream is outbound, sent by the account or by a user who writes in its name. */
function isAdmitted(officialAccount: string, filter: SourceFilter): boolean {
  const { participant } = filter;
  const isOther = participant?.role === 'OFFICIAL_ACCOUNT' && participant.nativeId !== officialAccount;
  return (
    !isOther &&
    mayHold(filter, {
      directions: ['OUTBOUND'],
      kinds: KINDS,
      conversationKinds: ['BROADCAST'],
      availabilities: ['AVAILABLE', 'RECALLED', 'UNAVAILABLE'],
      participantRoles: ['AGENT', 'OFFICIAL_ACCOUNT'],
      hasText: true,
      isConversation: (key) => key === officialAccount,
    })
  );
}
