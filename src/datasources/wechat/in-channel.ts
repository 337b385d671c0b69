import type { WeChatChannel } from './channel.ts';
import type { CustomerServiceSession } from './live-view.ts';
import type { AgentAccount } from './wire.ts';

/** A customer service account with the channel that it is of. */
export interface CustomerServiceAccountRecord extends AgentAccount {
  channel: WeChatChannel;
}

/** An open session with the channel that it is in. */
export interface CustomerServiceSessionRecord extends CustomerServiceSession {
  channel: WeChatChannel;
}
