import type { Message } from '../../src/client/index.ts';

/** A message as the client gives it, of WeChat or, with a delivery status, of WhatsApp. */
export function createMessage(
  changes: Partial<Omit<Message, '__typename'>> & { deliveryStatus?: 'SENT' | 'READ' | null } = {},
): Message {
  const { deliveryStatus, ...common } = changes;
  const shared = {
    id: 'm1',
    provider: 'WECHAT' as const,
    channel: { id: 'c1', name: 'shop', displayName: null },
    nativeId: null,
    conversation: { id: 'v1', kind: 'DIRECT' as const, nativeId: null, title: null },
    sentAt: '2026-03-01T00:00:00.000Z',
    direction: 'INBOUND' as const,
    kind: 'TEXT' as const,
    availability: 'AVAILABLE' as const,
    sender: { id: 'p1', nativeId: 'n1', role: 'CUSTOMER' as const, displayName: null },
    recipients: null,
    text: null,
    parts: null,
    ...common,
  };
  if (deliveryStatus === undefined)
    return { __typename: 'WeChatMessage', ...shared, openId: 'o', operationCode: 2003, worker: '' };
  return {
    __typename: 'WhatsAppMessage',
    ...shared,
    whatsAppMessageId: `W-${shared.id}`,
    agentAccount: null,
    agentUserId: null,
    serviceAccount: 's',
    counterpart: 'c',
    counterpartName: null,
    recordedAt: null,
    deliveryStatus,
  };
}

/** @param minute after midnight */
export function at(minute: number): string {
  return new Date(Date.UTC(2026, 2, 1, 0, minute)).toISOString();
}
