import type { PushReceiver, PushRequest, PushResult } from '../../../src/datasources/push-receiver.ts';
import type { DeliveryUpdate } from '../../../src/domain/delivery.ts';
import type { PushedItem } from '../../../src/domain/push.ts';
import type { WhatsAppChannel } from '../../../src/datasources/whatsapp-scrm/channel.ts';
import type { WhatsAppMessageRecord } from '../../../src/datasources/whatsapp-scrm/index.ts';
import type { SandboxPush } from '../../../src/sandbox/sandbox.ts';
import { TestBudget } from '../../support/dependencies.ts';

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
): Promise<{ messages: WhatsAppMessageRecord[]; statuses: DeliveryUpdate[] }> {
  const messages: WhatsAppMessageRecord[] = [];
  const statuses: DeliveryUpdate[] = [];
  for (const { payload } of items) {
    const updates = await receiverOf(channel).process(payload, new TestBudget(now, 0));
    // Every message of this channel is one of WhatsApp's; the contract does not say so.
    messages.push(...(updates.messages as WhatsAppMessageRecord[]));
    statuses.push(...updates.statuses);
  }
  return { messages, statuses };
}
