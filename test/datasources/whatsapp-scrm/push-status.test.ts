import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { PushedItem } from '../../../src/domain/push.ts';
import type { SandboxPush } from '../../../src/sandbox/sandbox.ts';
import type { ClientStatus, MsgSyncStatus } from '../../../src/sandbox/whatsapp-scrm/push.ts';
import { createDependencies } from '../../support/dependencies.ts';
import { accept, processAll } from './push-world.ts';
import { NOW, openWorld, type WhatsAppWorld } from './world.ts';

const NAMES = ['PENDING', 'SENT', 'DELIVERED', 'READ'] as const;

/** One delivery about one of three messages. */
type Step =
  | { form: 'msg'; message: number; status: MsgSyncStatus }
  | { form: 'client'; message: number }
  | { form: 'status'; message: number; status: ClientStatus };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    form: fc.constant('msg' as const),
    message: fc.nat(2),
    status: fc.constantFrom<MsgSyncStatus>(1, 3, 4),
  }),
  fc.record({ form: fc.constant('client' as const), message: fc.nat(2) }),
  fc.record({
    form: fc.constant('status' as const),
    message: fc.nat(2),
    status: fc.constantFrom<ClientStatus>(1, 2, 3, 4),
  }),
);

describe('delivery statuses', () => {
  let world: WhatsAppWorld;
  beforeAll(async () => {
    world = await openWorld({ messages: 3 });
  });
  afterAll(() => world.close());

  function toPush(taken: Step): SandboxPush {
    const { pushes, records } = world.sandbox;
    const part = records.slice(taken.message, taken.message + 1);
    switch (taken.form) {
      case 'msg':
        return pushes.msgSync(part, taken.status);
      case 'client':
        return pushes.clientSync(part);
      case 'status':
        return pushes.clientStatus(part, taken.status);
    }
  }

  test('end as the furthest that came, in any order and with any repetition, and only ever move forward', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), fc.boolean(), async (steps, isProcessedTwice) => {
        const channel = world.createChannel(createDependencies(world.clock));
        const keys = new Map<string, string>();
        const newest = new Map<string, number>();
        for (const taken of steps) {
          const items: PushedItem[] = accept(channel, toPush(taken), NOW);
          const first = await processAll(channel, items, NOW);
          // As after a crash between processing an item and crossing it off.
          if (isProcessedTwice) {
            const second = await processAll(channel, items, NOW);
            expect(second.messages.map(({ key }) => key)).toEqual(first.messages.map(({ key }) => key));
            expect(second.statuses.map(({ status }) => status)).toEqual(
              first.statuses.map(({ status }) => status),
            );
          }
          for (const { key, whatsAppMessageId, deliveryStatus } of first.messages) {
            const id = whatsAppMessageId ?? '';
            expect(keys.get(id) ?? key).toBe(key);
            keys.set(id, key);
            expect(deliveryStatus).toBe(NAMES[newest.get(id) ?? -1] ?? null);
          }
          if (taken.form === 'client') continue;
          const record = world.sandbox.records[taken.message];
          const id = record ? world.sandbox.pushes.messageId(record) : '';
          newest.set(id, Math.max(newest.get(id) ?? -1, taken.status - 1));
        }
        for (const [id, key] of keys) {
          expect(await channel.deliveryOfKey(key)).toEqual({
            whatsAppMessageId: id,
            status: NAMES[newest.get(id) ?? -1] ?? null,
          });
        }
        await channel.close();
      }),
      { numRuns: 150, seed: 3 },
    );
  });

  test('are updates only when they move forward, and name the message once it has come', async () => {
    const channel = world.createChannel(createDependencies(world.clock));
    const { pushes, records } = world.sandbox;
    const part = records.slice(0, 1);
    const hear = async (push: SandboxPush, at: number): ReturnType<typeof processAll> =>
      processAll(channel, accept(channel, push, at), at);
    const early = await hear(pushes.clientStatus(part, 3), NOW);
    const message = await hear(pushes.msgSync(part, 1), NOW + 1);
    const late = await hear(pushes.clientStatus(part, 2), NOW + 2);
    const read = await hear(pushes.msgSync(part, 4), NOW + 3);
    const again = await hear(pushes.clientStatus(part, 4), NOW + 4);
    const key = message.messages[0]?.key ?? '';
    const messageId = message.messages[0]?.whatsAppMessageId ?? '';
    const ofNone = { campaignTaskId: null, campaignTaskDetailId: null };
    expect(early.statuses).toEqual([
      {
        messageId,
        status: 'DELIVERED',
        changedAt: NOW,
        messageKey: null,
        ownFields: { agentUserId: String(part[0]?.userId), ...ofNone },
      },
    ]);
    expect(message.messages[0]?.deliveryStatus).toBe('DELIVERED');
    expect([message.statuses, late.statuses]).toEqual([[], []]);
    const updates = {
      messageId,
      status: 'READ',
      changedAt: NOW + 3,
      messageKey: key,
      ownFields: { agentUserId: null, ...ofNone },
    };
    expect(read.statuses).toEqual([updates]);
    // The same once more, after the inbox has forgotten that it came.
    expect([read.messages, again.statuses]).toEqual([[], []]);
  });
});
