import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { NOW, openWorld, type WhatsAppWorld } from './world.ts';

describe('the played WhatsApp SCRM', () => {
  let world: WhatsAppWorld;
  beforeEach(async () => {
    world = await openWorld({ messages: 40 });
  });
  afterEach(() => world.close());

  async function call(body: unknown, timestamp = String(NOW)): Promise<{ code: number; data: unknown }> {
    const token = createHash('md5').update(`82${timestamp}sandbox-api-key`).digest('hex');
    const response = await fetch(`${world.sandbox.server.baseUrl}/wscrm-bus-api/open/message/msgPage`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', tenant_id: '82', timestamp, token },
      body: JSON.stringify(body),
    });
    return (await response.json()) as { code: number; data: unknown };
  }

  test('answers as published, ten records when nothing else is asked for', async () => {
    const { code, data } = await call({ tenantId: 82, info: {} });
    expect(code).toBe(200);
    expect(data).toMatchObject({ total: 40, size: 10, current: 1, pages: 4 });
    expect(world.sandbox.server.violations).toEqual([]);
  });

  test.each([
    ['half a range of times', { info: { startChatTime: 1 } }],
    ['a range that ends before it starts', { info: { startChatTime: 2, endChatTime: 1 } }],
    ['no info', {}],
    ['a page zero', { info: {}, current: 0 }],
    ['a content type that is a number', { info: { contentType: 1 } }],
    ['another tenant than signed', { tenantId: 83, info: {} }],
  ])('takes offence at %s', async (_, body) => {
    expect((await call({ tenantId: 82, ...body })).code).toBe(400);
    expect(world.sandbox.server.violations).toHaveLength(1);
  });

  test('refuses a stale call, and notices more than fifty a second', async () => {
    expect((await call({ tenantId: 82, info: {} }, String(NOW - 301_000))).code).toBe(508);
    expect(world.sandbox.server.violations).toEqual([]);
    for (let i = 0; i < 49; i++) await call({ tenantId: 82, info: {} });
    expect((await call({ tenantId: 82, info: {} })).code).toBe(429);
    expect(world.sandbox.server.violations).toEqual(['More than 50 calls came in a second']);
  });

  test('has chats of every kind, in two accounts and two groups, some recorded with a delay, some twice in a second', async () => {
    const other = await openWorld({ messages: 2_000 });
    await other.close();
    const { records } = other.sandbox;
    const distinct = (name: keyof (typeof records)[number]) =>
      new Set(records.map((record) => record[name])).size;
    expect(records).toHaveLength(2_000);
    expect(distinct('contentType')).toBe(9);
    expect(distinct('whatsId')).toBe(2);
    expect(
      new Set(records.filter(({ chatType }) => chatType === 2).map((record) => record.friendWhatsId)).size,
    ).toBe(2);
    expect(distinct('friendWhatsId')).toBe(32);
    expect(records.some(({ chatTime, createTime }) => createTime - chatTime > 3_600_000)).toBe(true);
    expect(records.some(({ chatTime }) => chatTime % 1000 !== 0)).toBe(true);
    const words = records.map((record) =>
      JSON.stringify([
        record.whatsId,
        record.friendWhatsId,
        record.actionType,
        record.chatTime,
        record.content,
      ]),
    );
    expect(new Set(words).size).toBeLessThan(2_000);
  });
});
