import { afterEach, describe, expect, test } from 'vitest';
import type { WhatsAppMessageRecord } from '../../../src/datasources/whatsapp-scrm/index.ts';
import type { SandboxPush } from '../../../src/sandbox/sandbox.ts';
import type { WhatsAppScrmRecord } from '../../../src/sandbox/whatsapp-scrm/history.ts';
import { TestBudget } from '../../support/dependencies.ts';
import { createWalk, walkAll } from '../../support/walk-source.ts';
import { accept, processAll } from './push-world.ts';
import { NOW, onlySource, openWorld, type WhatsAppWorld } from './world.ts';

describe('a message that was pushed and the same one read from the history', () => {
  let world: WhatsAppWorld;
  afterEach(() => world.close());

  const forms: [
    string,
    (pushes: WhatsAppWorld['sandbox']['pushes'], part: WhatsAppScrmRecord[]) => SandboxPush,
  ][] = [
    ['MSG_SYNC, signed in the body', (pushes, part) => pushes.msgSync(part)],
    ['MSG_SYNC, signed in headers', (pushes, part) => pushes.msgSync(part, 3, 'headers')],
    ['CLIENT_SYNC', (pushes, part) => pushes.clientSync(part)],
  ];

  test.each(forms)(
    'have one key and one conversation, for 1,500 messages of every type by %s',
    async (_, push) => {
      world = await openWorld({ messages: 1_500 });
      const { pushes, records } = world.sandbox;
      const channel = world.createChannel();
      const history = await walkAll(onlySource(channel), createWalk('ASC', NOW));
      const pushed: WhatsAppMessageRecord[] = [];
      for (let i = 0; i < records.length; i += 50) {
        const items = accept(channel, push(pushes, records.slice(i, i + 50)), NOW);
        pushed.push(...(await processAll(channel, items, NOW)).messages);
      }
      expect(new Set(records.map(({ contentType }) => contentType)).size).toBe(9);
      // A record is found in the history by its row id, and in the news by its message id.
      const rowIds = new Map(records.map((record) => [pushes.messageId(record), String(record.id)]));
      const outline = (message: WhatsAppMessageRecord, id: string | null | undefined): unknown[] => [
        id,
        message.key,
        message.conversation.key,
        message.direction,
        Math.floor(message.sentAt / 1000),
      ];
      const byId = (a: unknown[], b: unknown[]): number => Number(a[0]) - Number(b[0]);
      expect(
        pushed.map((message) => outline(message, rowIds.get(message.whatsAppMessageId ?? ''))).sort(byId),
      ).toEqual(
        history.messages
          .map((message) => outline(message as WhatsAppMessageRecord, message.nativeId))
          .sort(byId),
      );
      expect(new Set(pushed.map(({ key }) => key)).size).toBe(1_500);
    },
  );

  test('have one set of keys when the deliveries come out of order, signed in either way', async () => {
    world = await openWorld({ messages: 600, seed: 7 });
    const { pushes, records } = world.sandbox;
    const channel = world.createChannel();
    const history = await walkAll(onlySource(channel), createWalk('ASC', NOW));
    const keys = new Set<string>();
    for (const [index, record] of records.toReversed().entries()) {
      const push = index % 2 === 0 ? pushes.msgSync([record]) : pushes.msgSync([record], 4, 'headers');
      const { messages } = await processAll(channel, accept(channel, push, NOW + index), NOW);
      for (const { key } of messages) keys.add(key);
    }
    expect(keys).toEqual(new Set(history.messages.map(({ key }) => key)));
  });

  test('are named by contentType where the history has no number for newContentType', async () => {
    world = await openWorld({ messages: 1 });
    const channel = world.createChannel();
    const { pushes } = world.sandbox;
    const record = world.sandbox.add({
      contentType: 2,
      content: {
        filename: 'null',
        url: 'https://a.example/moving.mp4',
        mimetype: 'video/mp4',
        caption: 'null',
      },
      chatTime: NOW - 500,
      createTime: NOW - 400,
    });
    const push = pushes.msgSync([record]);
    const body = push.body.replace(/("contentType":2),("newContentType":\d+,)?/, '$1,"newContentType":15,');
    const { messages } = await processAll(channel, accept(channel, { ...push, body }, NOW), NOW);
    const found = await channel.findMessage(messages[0]?.key ?? '', new TestBudget(NOW));
    expect([messages[0]?.kind, found?.kind]).toEqual(['IMAGE', 'VIDEO']);
    expect((found as WhatsAppMessageRecord).nativeId).toBe(String(record.id));
  });

  test('both events under ids of their own make one message of it, published once', async () => {
    world = await openWorld({ messages: 60 });
    const { pushes, records } = world.sandbox;
    const channel = world.createChannel();
    const part = records.slice(0, 50);
    const first = await processAll(channel, accept(channel, pushes.msgSync(part), NOW), NOW);
    const renamed = pushes.clientSync(part);
    const other = { ...renamed, body: renamed.body.replaceAll('"messageId":"3EB0', '"messageId":"PHONE') };
    const items = accept(channel, other, NOW);
    const second = await processAll(channel, items, NOW);
    expect(items.filter(({ key }) => key.startsWith('client:'))).toHaveLength(50);
    expect([first.messages.length, second.messages.length]).toEqual([50, 0]);
    const [message] = first.messages;
    expect(await channel.deliveryOfKey(message?.key ?? '')).toEqual({
      status: 'PENDING',
      whatsAppMessageId: message?.whatsAppMessageId,
    });
  });
});
