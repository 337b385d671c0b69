import type { Caller } from '../access/caller.ts';
import type { RequestBudget } from '../timeline/request-budget.ts';
import type { Gateway } from './gateway.ts';
import { createMessageLoader, type MessageLoader } from './message-loader.ts';

/** What the resolvers of one request are given. */
export interface GatewayContext {
  readonly caller: Caller;
  /** The gateway as it exists for the caller. */
  readonly gateway: Gateway;
  readonly requestBudget: RequestBudget;
  /** Finds messages by their ids, equal ids once. */
  readonly messages: MessageLoader;
  /** A fresh budget of calls and time: each event of a subscription has its own. */
  renew(): void;
  /** The client has disconnected: abort its work. */
  abort(): void;
}

export class RequestContext implements GatewayContext {
  readonly caller: Caller;
  readonly gateway: Gateway;
  requestBudget: RequestBudget;
  messages: MessageLoader;

  /** @param gateway the caller's own view of it */
  constructor(gateway: Gateway, caller: Caller) {
    this.caller = caller;
    this.gateway = gateway;
    this.requestBudget = gateway.createRequestBudget();
    this.messages = createMessageLoader(gateway, this.requestBudget);
  }

  renew(): void {
    this.requestBudget = this.gateway.createRequestBudget();
    this.messages = createMessageLoader(this.gateway, this.requestBudget);
  }

  abort(): void {
    this.requestBudget.abort();
  }
}
