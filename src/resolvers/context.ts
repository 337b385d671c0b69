import type DataLoader from 'dataloader';
import type { ChatChannel } from '../datasources/message-source.ts';
import type { MessageRecord } from '../datasources/records.ts';
import type { Sealer } from '../sealing.ts';
import type { PageSizes } from '../timeline/page-request.ts';
import type { RequestScope } from '../timeline/request-scope.ts';
import type { Timeline } from '../timeline/timeline.ts';
import type { GlobalIdCodec } from './global-id.ts';

/** What all requests share. */
export interface Gateway {
  /** By name, in the order of the configuration. */
  channels: ReadonlyMap<string, ChatChannel>;
  timeline: Timeline;
  ids: GlobalIdCodec;
  /** Seals the cursors of lists other than the timeline. */
  listCursors: Sealer;
  pageSizes: PageSizes;
}

export interface MessageRef {
  channel: string;
  key: string;
}

/** What the resolvers of one request are given. */
export interface GatewayContext {
  gateway: Gateway;
  scope: RequestScope;
  /** Finds messages by their ids, equal ones once. */
  messages: DataLoader<MessageRef, MessageRecord | null, string>;
}

/** Every record names a channel of the configuration. */
export function channelOf(gateway: Gateway, { channel: name }: { channel: string }): ChatChannel {
  const channel = gateway.channels.get(name);
  if (!channel) throw new Error(`A record names the channel ${name}, which is not configured`);
  return channel;
}
