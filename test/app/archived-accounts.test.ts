import { expect, test } from 'vitest';
import { archiveChannels } from '../../src/app/archives.ts';
import { createChannels } from '../../src/app/channels.ts';
import { EVERYTHING } from '../../src/archive/everything.ts';
import { parseConfig } from '../../src/config/read-config.ts';
import { providers } from '../../src/resolvers/providers.ts';
import { variedHistory } from '../support/archived-history.ts';
import { createDependencies, createStores } from '../support/dependencies.ts';
import { fillSettled } from '../support/fill-archive.ts';
import { createMemoryLog } from '../support/memory-log.ts';
import { PagedMemoryChannel } from '../support/memory-source.ts';
import { SAMPLE_CONFIG, SAMPLE_ENVIRONMENT } from '../support/sample-config.ts';
import { TestClock } from '../support/test-clock.ts';
import { createWalk, walkAll } from '../support/walk-source.ts';

const HOUR_MS = 3_600_000;
const NOW = Date.parse('2026-03-20T10:00:00Z');
const clock = new TestClock(NOW);

const parse = (text: string): ReturnType<typeof parseConfig> =>
  parseConfig(text, { source: 'a test', directory: process.cwd(), environment: SAMPLE_ENVIRONMENT });

const accountsOf = (text: string): string[] =>
  [...createChannels(parse(text), providers, createDependencies(clock)).values()].map(
    ({ account }) => account,
  );

test('an account has the name that its channels keep everything else under', () => {
  expect(accountsOf(SAMPLE_CONFIG)).toEqual([
    'WECHAT wx1 http://127.0.0.1:1',
    'WECOM ww1',
    'TENCENT_CHAT 1400000000',
    'WHATSAPP_SCRM https://api.example.com 82',
  ]);
});

test.each([
  [0, 'appId: wx1', 'appId: wx2'],
  [0, 'http://127.0.0.1:1', 'http://127.0.0.1:2'],
  [1, 'corpId: ww1', 'corpId: ww2'],
  [2, '1400000000', '1400000001'],
  [3, 'tenantId: 82', 'tenantId: 83'],
  [3, 'https://api.example.com', 'https://api2.example.com'],
])('of channel %d, another account has another name: %s', (index, former, other) => {
  const before = accountsOf(SAMPLE_CONFIG);
  const after = accountsOf(SAMPLE_CONFIG.replace(former, other));
  expect(after[index]).not.toBe(before[index]);
  expect(after.toSpliced(index, 1)).toEqual(before.toSpliced(index, 1));
});

test('a tenant has one name wherever its provider is reached', () => {
  const tenantsOf = (text: string): string[] =>
    [...createChannels(parse(text), providers, createDependencies(clock)).values()].map(
      ({ tenant }) => tenant,
    );
  const tenants = ['WECHAT wx1', 'WECOM ww1', 'TENCENT_CHAT 1400000000', 'WHATSAPP_SCRM 82'];
  const moved = SAMPLE_CONFIG.replace('http://127.0.0.1:1', 'https://api.weixin.qq.com').replace(
    'https://api.example.com',
    'https://new.example.com/v2',
  );
  expect([tenantsOf(SAMPLE_CONFIG), tenantsOf(moved)]).toEqual([tenants, tenants]);
});

test('a channel that is configured for another account begins an empty archive', async () => {
  const config = parse(
    SAMPLE_CONFIG.replace('displayName: The shop', 'archive: { since: 2026-01-01T00:00:00Z }'),
  );
  const { store } = createStores();
  const open = (account: string, seed: number) => {
    const channel = new PagedMemoryChannel(
      { name: 'shop', pageSize: 10 },
      variedHistory('shop', seed, 40, NOW - 30 * HOUR_MS),
    );
    channel.account = account;
    const { channels, kept } = archiveChannels(new Map([['shop', channel]]), config, store, {
      clock,
      log: createMemoryLog().log,
    });
    const [source] = channels.get('shop')?.sourcesFor(EVERYTHING) ?? [];
    const [own] = kept;
    if (!source || !own) throw new Error('The channel has no archive');
    return { channel, source, own, channels };
  };
  const fill = (own: ReturnType<typeof open>['own']) =>
    store.leases.take(`archive:${own.name}`, new AbortController().signal, async (lease) => {
      await fillSettled(own, clock, lease);
    });
  const walk = createWalk('DESC', NOW);

  const former = open('WECOM memory 1', 1);
  await fill(former.own);
  const other = open('WECOM memory 2', 2);
  expect(await other.channels.get('shop')?.archiveState?.()).toMatchObject({ coverage: [], messages: 0 });
  expect((await walkAll(other.source, walk)).messages).toEqual(other.channel.messages.toReversed());
  await fill(other.own);
  expect((await walkAll(other.source, walk)).messages).toEqual(other.channel.messages.toReversed());
  // Configured for the former one again, its archive is still there.
  const again = open('WECOM memory 1', 1);
  expect([former.own.name, other.own.name, again.own.name]).toEqual([
    'WECOM memory 1 shop',
    'WECOM memory 2 shop',
    'WECOM memory 1 shop',
  ]);
  expect(await again.channels.get('shop')?.archiveState?.()).toMatchObject({ messages: 40 });
  expect((await walkAll(again.source, walk)).messages).toEqual(former.channel.messages.toReversed());
});
