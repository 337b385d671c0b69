import type { Caller } from '../access/caller.ts';
import type { RequestBudget } from '../timeline/request-budget.ts';
import type { Gateway } from './gateway.ts';
import type { RecordRead } from './read-recorder.ts';
import { createMessageLoader, type MessageLoader } from './message-loader.ts';
import {
  createConversationLoader,
  createParticipantLoader,
  type ConversationLoader,
  type ParticipantLoader,
} from './summary-loaders.ts';

/** What the resolvers of one request, or of one event of a subscription, are given. */
export interface GatewayContext {
  readonly caller: Caller;
  /** The gateway as it exists for the caller. */
  readonly gateway: Gateway;
  readonly requestBudget: RequestBudget;
  /** Finds messages by their ids, equal ids once. */
  readonly messages: MessageLoader;
  /** Finds what archives keep of conversations, and of participants. */
  readonly conversations: ConversationLoader;
  readonly participants: ParticipantLoader;
  /** The client has disconnected: abort its work. */
  abort(): void;
}

/**
 * Creates the context of one request of a caller.
 *
 * @param recordRead instead of recording what is read, for the caller who passes that on
 */
export type CreateContext = (caller: Caller, recordRead?: RecordRead) => GatewayContext;

export class RequestContext implements GatewayContext {
  readonly caller: Caller;
  readonly gateway: Gateway;
  readonly requestBudget: RequestBudget;
  readonly messages: MessageLoader;
  readonly conversations: ConversationLoader;
  readonly participants: ParticipantLoader;

  /** @param gateway the caller's own view of it */
  constructor(gateway: Gateway, caller: Caller) {
    this.caller = caller;
    this.gateway = gateway;
    this.requestBudget = gateway.createRequestBudget();
    this.messages = createMessageLoader(gateway, this.requestBudget);
    this.conversations = createConversationLoader(gateway.archives);
    this.participants = createParticipantLoader(gateway.archives);
  }

  abort(): void {
    this.requestBudget.abort();
  }
}
