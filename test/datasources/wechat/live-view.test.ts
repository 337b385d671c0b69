import { pino } from 'pino';
import { expect, test } from 'vitest';
import { WECHAT_ENDPOINTS } from '../../../src/sandbox/wechat/sandbox.ts';
import { createDependencies, TestBudget } from '../../support/dependencies.ts';
import { NOW, openShop } from './shop.ts';

const budget = new TestBudget(NOW);

test.each(['kf_list', 'kf_online_list'] as const)(
  'the agents are listed when they come as %s',
  async (agentListName) => {
    const { channel } = await openShop({ knobs: { agentListName } });
    expect(await channel.customerServiceAccounts(budget)).toEqual([
      { account: 'lin@teahouse', nickname: '小林', avatarUrl: 'http://mmbiz.example/lin.png' },
      { account: 'chen@teahouse', nickname: '陈晨', avatarUrl: null },
      { account: 'amy@teahouse', nickname: 'Amy', avatarUrl: 'http://mmbiz.example/amy.png' },
      { account: 'spare@teahouse', nickname: 'Spare desk', avatarUrl: null },
    ]);
  },
);

test('sessions are listed agent by agent; one who is unbound or unknown is told from one without any', async () => {
  const { sandbox, channel } = await openShop();
  const time = NOW / 1000 - 600;
  sandbox.add(
    { time, openid: 'oAnna', worker: 'lin@teahouse' },
    { time: time + 5, openid: 'oBo', worker: 'amy@teahouse' },
    { time: time + 9, openid: 'oAnna', worker: 'lin@teahouse' },
  );
  const anna = { account: 'lin@teahouse', openId: 'oAnna', startedAt: time * 1000 };
  const bo = { account: 'amy@teahouse', openId: 'oBo', startedAt: (time + 5) * 1000 };
  expect(await channel.allSessions(budget)).toEqual([anna, bo]);
  expect(await channel.agent('lin@teahouse', budget)).toEqual({ state: 'ACTIVE', sessions: [anna] });
  expect(await channel.agent('chen@teahouse', budget)).toEqual({ state: 'ACTIVE', sessions: [] });
  expect(await channel.agent('spare@teahouse', budget)).toEqual({ state: 'UNBOUND', sessions: [] });
  expect(await channel.agent('nobody@teahouse', budget)).toEqual({ state: 'UNKNOWN', sessions: [] });
  expect(sandbox.server.violations).toEqual([]);
});

test('a session failing otherwise fails', async () => {
  const { sandbox, channel } = await openShop();
  sandbox.refuse(WECHAT_ENDPOINTS.sessions, 65400);
  await expect(channel.agent('lin@teahouse', budget)).rejects.toMatchObject({ providerCode: '65400' });
});

test('waiting customers are those that the provider lists, though it counts more', async () => {
  const { sandbox, channel } = await openShop();
  for (let i = 0; i < 150; i++)
    sandbox.waiting.push({ openid: `oWaiting${i}`, latest_time: NOW / 1000 - 300 + i });
  const waiting = await channel.waitingCustomers(budget);
  expect(waiting).toHaveLength(100);
  expect(waiting[1]).toEqual({ openId: 'oWaiting1', waitingSince: NOW - 299_000 });
});

test('the present is asked for once by a request, and anew by the next', async () => {
  const { sandbox, clock, channel } = await openShop();
  await Promise.all([channel.waitingCustomers(budget), channel.waitingCustomers(budget)]);
  await channel.waitingCustomers(budget);
  expect(sandbox.server.callsTo(WECHAT_ENDPOINTS.waiting)).toBe(1);
  clock.advance(10);
  await channel.waitingCustomers(new TestBudget(clock.now()));
  expect(sandbox.server.callsTo(WECHAT_ENDPOINTS.waiting)).toBe(2);
});

test('an odd row is left out of its list, and only counted in the log', async () => {
  const { sandbox, clock, restart } = await openShop();
  sandbox.waiting.push({ openid: '', latest_time: 5 }, { openid: 'oAnna', latest_time: NOW / 1000 - 9 });
  const lines: unknown[] = [];
  const log = pino({ base: null, timestamp: false }, { write: (line) => lines.push(JSON.parse(line)) });
  const channel = restart({}, { ...createDependencies(clock), log });
  expect(await channel.waitingCustomers(budget)).toEqual([{ openId: 'oAnna', waitingSince: NOW - 9_000 }]);
  const msg = 'Skipped unreadable rows in a list of agents or customers';
  expect(lines).toEqual([{ level: 40, channel: 'shop', count: 1, msg }]);
});
