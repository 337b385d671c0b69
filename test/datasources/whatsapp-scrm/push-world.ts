import type {
  PushedItem,
  PushReceiver,
  PushRequest,
  PushResult,
  StatusNews,
} from '../../../src/datasources/push-receiver.ts';
import type { WhatsAppChannel, WhatsAppMessageRecord } from '../../../src/datasources/whatsapp-scrm/index.ts';
import type { SandboxPush } from '../../../src/sandbox/whatsapp-scrm/push.ts';
import { TestAccess } from '../../support/dependencies.ts';

export function receiverOf({ push }: WhatsAppChannel): PushReceiver {
  if (!push) throw new Error('The channel takes no pushes');
  return push;
}

export function toRequest(push: SandboxPush, receivedAt: number): PushRequest {
  return { ...push, query: new URLSearchParams(push.query), receivedAt };
}

export function receive(channel: WhatsAppChannel, push: SandboxPush, receivedAt: number): PushResult {
  return receiverOf(channel).receive(toRequest(push, receivedAt));
}

/** @returns the items, through JSON as the inbox keeps them */
export function accept(channel: WhatsAppChannel, push: SandboxPush, receivedAt: number): PushedItem[] {
  const result = receive(channel, push, receivedAt);
  if (!result.isAccepted) throw new Error(`Refused: ${result.reason}`);
  return JSON.parse(JSON.stringify(result.items)) as PushedItem[];
}

export async function processAll(
  channel: WhatsAppChannel,
  items: readonly PushedItem[],
  now: number,
): Promise<{ messages: WhatsAppMessageRecord[]; statuses: StatusNews[] }> {
  const messages: WhatsAppMessageRecord[] = [];
  const statuses: StatusNews[] = [];
  for (const { payload } of items) {
    const news = await receiverOf(channel).process(payload, new TestAccess(now, 0));
    // Every message of this channel is one of WhatsApp's; the contract does not say so.
    messages.push(...(news.messages as WhatsAppMessageRecord[]));
    statuses.push(...news.statuses);
  }
  return { messages, statuses };
}
