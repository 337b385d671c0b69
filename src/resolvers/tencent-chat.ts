import { tencentChatModule, type TencentChatMessageRecord } from '../datasources/tencent-chat/index.ts';
import type { Resolvers } from '../generated/resolvers.ts';
import { asCacheable } from '../gateway/cacheable.ts';
import { channelFields } from './channel.ts';
import { messageFields } from './message.ts';
import type { ServedProvider } from './provider.ts';

export const tencentChat: ServedProvider = {
  ...tencentChatModule,
  resolvers: {
    TencentChatMessage: {
      ...messageFields,
      sequence: asCacheable(({ messageSequence }: TencentChatMessageRecord) => messageSequence),
    },
    TencentChatChannel: { ...channelFields },
  } satisfies Resolvers,
};
