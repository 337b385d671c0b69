import { describe, expect, test } from 'vitest';
import type { SourceFilter } from '../../../src/datasources/message-source.ts';
import { weComConfig } from '../../../src/datasources/wecom/config.ts';
import { TestBudget } from '../../support/dependencies.ts';
import { createWalk, walkAll } from '../../support/walk-source.ts';
import { EVERYTHING, NOW, openWorld, PAUSE_MS, sourceOf } from './wecom-world.ts';

describe('a WeCom channel', () => {
  test('says what the provider can do', async () => {
    await using world = await openWorld({ messages: 0 });
    expect(world.channel).toMatchObject({ name: 'corp', displayName: null, provider: 'WECOM' });
    expect(world.channel.capabilities).toEqual({
      nativeOrder: 'ASC',
      maxNativePageSize: 1000,
      nativeTimeFilter: false,
      retentionDays: 5,
      disclosesText: false,
      providesMessageIds: true,
      pushes: true,
    });
  });

  test.each<[Partial<SourceFilter>, number]>([
    [{}, 1],
    [{ conversationKey: 'group:wr1' }, 1],
    [{ conversationKey: 'direct:[[1,"wo1"],[2,"wm1"]]' }, 1],
    [{ conversationKey: 'wx-openid' }, 0],
    [{ participant: { role: 'CUSTOMER', nativeId: 'wm1' } }, 1],
    [{ participant: { role: 'OFFICIAL_ACCOUNT', nativeId: 'gh1' } }, 0],
    [{ directions: ['SYSTEM'] }, 0],
    [{ directions: ['SYSTEM', 'INBOUND'] }, 1],
    [{ kinds: ['QUOTE', 'SESSION_EVENT'] }, 0],
    [{ kinds: ['QUOTE', 'TODO'] }, 1],
  ])('has sources for the filter %j: %i', async (filter, count) => {
    await using world = await openWorld({ messages: 0 });
    expect(world.channel.sourcesFor({ ...EVERYTHING, ...filter })).toHaveLength(count);
    expect(world.sandbox.server.calls).toEqual([]);
  });

  test('reaches back three days, and then as far as its archive', async () => {
    await using world = await openWorld({ messages: 20 });
    expect(await world.channel.earliestReachableAt(NOW)).toBe(NOW - 3 * 86_400_000);
    await world.channel.pull(new TestBudget(NOW));
    const oldest = Math.min(...world.sandbox.records.map(({ send_time }) => send_time * 1000));
    expect(await world.channel.earliestReachableAt(NOW)).toBe(oldest);
  });

  test('finds an archived message without a call, a new one with one, and says when there is none', async () => {
    await using world = await openWorld({ messages: 20 });
    await world.channel.pull(new TestBudget(NOW));
    world.clock.advance(PAUSE_MS + 1_000);
    const now = world.clock.now();
    const [known] = world.sandbox.records;
    const updates = world.sandbox.add();
    const budget = new TestBudget(now);
    expect(await world.channel.findMessage(known?.msgid ?? '', budget)).toMatchObject({
      nativeId: known?.msgid,
    });
    expect(budget.calls).toBe(0);
    expect(await world.channel.findMessage(updates.msgid, budget)).toMatchObject({ nativeId: updates.msgid });
    expect(budget.calls).toBe(1);
    expect(await world.channel.findMessage('unknown', budget)).toBeNull();
    expect(budget.calls).toBe(1);
  });

  test('checks with one page, which it keeps', async () => {
    await using world = await openWorld({ messages: 20, knobs: { maxPageSize: 10 } });
    await world.channel.check(new TestBudget(NOW));
    expect(world.syncCalls()).toBe(1);
    await world.channel.check(new TestBudget(NOW));
    world.clock.advance(PAUSE_MS);
    await world.channel.check(new TestBudget(NOW));
    expect(world.syncCalls()).toBe(3);
    const { messages, calls } = await walkAll(sourceOf(world.channel), createWalk('DESC', NOW));
    expect(messages).toHaveLength(20);
    expect(calls).toBe(0);
  });

  test('knows every conversation of its messages by the key alone', async () => {
    await using world = await openWorld({ messages: 200 });
    const { messages } = await walkAll(sourceOf(world.channel), createWalk('ASC', NOW));
    for (const { conversation } of messages) {
      expect(world.channel.toConversation(conversation.key)).toEqual(conversation);
    }
    expect(new Set(messages.map(({ direction }) => direction))).toEqual(
      new Set(['INBOUND', 'OUTBOUND', 'INTERNAL']),
    );
    expect(world.channel.toConversation('none')).toBeNull();
  });

  test('starts three days back and then goes on for good', async () => {
    await using world = await openWorld({ messages: 400, knobs: { reachDays: 3 } });
    const recent = world.sandbox.records.filter(({ send_time }) => send_time * 1000 >= NOW - 3 * 86_400_000);
    const { messages } = await walkAll(sourceOf(world.channel), createWalk('ASC', NOW));
    expect(messages.map(({ key }) => key)).toEqual(recent.map(({ msgid }) => msgid));
    expect(world.sandbox.server.violations).toEqual([]);
  });
});

describe('the configuration', () => {
  const entry = { name: 'corp', provider: 'WECOM', corpId: 'ww1', secret: 'hidden' };

  test('needs little, and hides its secrets', () => {
    const config = weComConfig.parse(entry);
    expect(config).toMatchObject({
      baseUrl: 'https://qyapi.weixin.qq.com',
      privateKeys: {},
      quota: { callsPerSecond: 20, maxConcurrent: 1, pageSize: 1000 },
    });
    expect(JSON.stringify(config)).not.toContain('hidden');
  });

  test.each([
    [{ corpId: '' }, 'corpId'],
    [{ secret: undefined }, 'secret'],
    [{ privateKeys: { one: 'a.pem' } }, 'privateKeys.one'],
    [{ privateKeys: { '01': 'a.pem' } }, 'privateKeys.01'],
    [{ quota: { pageSize: 1001 } }, 'quota.pageSize'],
    [{ callback: { token: 't', encodingAesKey: 'short', receiveIds: ['ww1'] } }, 'callback.encodingAesKey'],
    [{ callback: { token: 't', encodingAesKey: 'k'.repeat(43), receiveIds: [] } }, 'callback.receiveIds'],
    [{ colour: 'blue' }, ''],
  ])('refuses %j by its path', (change, path) => {
    const { error } = weComConfig.safeParse({ ...entry, ...change });
    expect(error?.issues.map((issue) => issue.path.join('.'))).toEqual([path]);
  });
});
