import { DeliveryStatusChangedDocument, MessageAddedDocument } from '../generated/client.ts';
import type { ClientOptions, Following } from './document-client.ts';
import { QueryClient } from './query-client.ts';
import type {
  ConversationPage,
  ConversationSummary,
  DeliveryStatusChange,
  FollowDeliveryStatusOptions,
  FollowMessagesOptions,
  Message,
  MessageAdded,
  MessagePage,
  WalkConversationsOptions,
  WalkOptions,
} from './shapes.ts';

/** Reads a gateway. It has no state but its settings: one client serves a whole program. */
export class GatewayClient extends QueryClient {
  /**
   * All messages, page by page. Keep `pageInfo.endCursor` to resume later, with `after`.
   *
   * @throws IncompleteWalkError when providers fail to the end; see `onSourceFailure`
   */
  walkPages({
    filter,
    orderBy,
    pageSize,
    after = null,
    readFrom,
    signal,
    ...handling
  }: WalkOptions = {}): AsyncGenerator<MessagePage, void, undefined> {
    const onSourceFailure = handling.onSourceFailure === 'FAIL' ? 'FAIL' : 'PARTIAL';
    const fetchPage = (cursor: string | null): Promise<MessagePage> =>
      this.messages(
        { filter, orderBy, first: pageSize, after: cursor, onSourceFailure, readFrom },
        { signal },
      );
    return this.walk({ fetchPage, after, signal }, handling);
  }

  /** All messages, one by one; otherwise like `walkPages`. */
  async *walkMessages(options?: WalkOptions): AsyncGenerator<Message, void, undefined> {
    for await (const { nodes } of this.walkPages(options)) yield* nodes;
  }

  /**
   * All conversations that archives keep, one by one, each once: also when one gets a message meanwhile and changes its place. One
   * that moves to where the walk has been, before the walk has come to it, is left out.
   */
  async *walkConversations({
    filter,
    orderBy,
    pageSize,
    after = null,
    signal,
  }: WalkConversationsOptions = {}): AsyncGenerator<ConversationSummary, void, undefined> {
    const seen = new Set<string>();
    const fetchPage = (cursor: string | null): Promise<ConversationPage> =>
      this.conversations({ filter, orderBy, first: pageSize, after: cursor }, { signal });
    const pages = this.walk({ fetchPage, after, signal }, {});
    for await (const { nodes } of pages) {
      for (const conversation of nodes) {
        if (seen.has(conversation.id)) continue;
        seen.add(conversation.id);
        yield conversation;
      }
    }
  }

  /**
   * New messages as they come, each exactly once, over as many connections as needed. Keep the last `cursor` to
   * resume later, with `after`.
   *
   * @throws GatewayError with code `BAD_CURSOR` when the events after the cursor are no longer kept
   */
  followMessages({ filter, after, ...options }: FollowMessagesOptions = {}): Following<MessageAdded> {
    return this.follow(MessageAddedDocument, { filter, after }, options);
  }

  /** Changes of delivery status (WhatsApp), otherwise like `followMessages`. */
  followDeliveryStatus({
    channels,
    after,
    ...options
  }: FollowDeliveryStatusOptions = {}): Following<DeliveryStatusChange> {
    return this.follow(DeliveryStatusChangedDocument, { channels, after }, options);
  }
}

export function createClient(options: ClientOptions): GatewayClient {
  return new GatewayClient(options);
}
