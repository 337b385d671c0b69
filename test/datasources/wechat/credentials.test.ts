import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { pino } from 'pino';
import { UpstreamError } from '../../../src/errors/upstream-error.ts';
import { WECHAT_ENDPOINTS } from '../../../src/sandbox/wechat/sandbox.ts';
import type { WeChatChannel } from '../../../src/datasources/wechat/channel.ts';
import { weChatConfig } from '../../../src/datasources/wechat/config.ts';
import { createDependencies, createStores, TestBudget, type Stores } from '../../support/dependencies.ts';
import { createWalk, walkAll } from '../../support/walk-source.ts';
import { NOW, openShop, sourceOf, type Shop } from './shop.ts';

const { componentToken, authorizerToken, operator, token } = WECHAT_ENDPOINTS;

/** The settings of a channel that leave out those of the account's own secret. */
type Settings = Record<string, unknown>;
const NO_SECRET = { appId: undefined, appSecret: undefined };

interface Platform extends Shop {
  settings: Settings;
  ticketFile: string;
  stores: Stores;
  /** As after a restart with the same store. */
  open: (changes?: Settings) => WeChatChannel;
}

async function openPlatform(): Promise<Platform> {
  const shop = await openShop({ messages: 20 });
  const directory = mkdtempSync(join(tmpdir(), 'ticket-'));
  onTestFinished(() => {
    rmSync(directory, { recursive: true });
  });
  const ticketFile = join(directory, 'ticket');
  writeFileSync(ticketFile, `${shop.sandbox.platform.ticket}\n`);
  const settings = { ...NO_SECRET, ...shop.sandbox.platformConfig('shop', ticketFile) };
  const stores = createStores();
  const open = (changes: Settings = {}): WeChatChannel =>
    shop.restart({ ...settings, ...changes }, createDependencies(shop.clock, stores));
  return { ...shop, settings, ticketFile, stores, open };
}

function check(channel: WeChatChannel, { clock }: Shop): Promise<void> {
  return channel.check(new TestBudget(clock.now()));
}

async function failureOf(call: Promise<unknown>): Promise<UpstreamError> {
  const outcome: unknown = await call.catch((error: unknown) => error);
  if (outcome instanceof UpstreamError) return outcome;
  throw new Error('It did not fail as a provider does', { cause: outcome });
}

describe('the settings of a channel', () => {
  const common = { name: 'shop', provider: 'WECHAT', historyStart: '2026-01-01T00:00:00Z' };
  const component = {
    appId: 'wxplatform',
    appSecret: 's',
    authorizerAppId: 'wx1',
    authorizerRefreshToken: 'r',
    verifyTicket: { file: './ticket' },
  };
  const tokenEndpoint = { url: 'https://tokens.example.com/wechat' };
  const problemsOf = (settings: Settings): string[] =>
    (weChatConfig.safeParse({ ...common, ...settings }).error?.issues ?? []).map(
      ({ path, message }) => `${path.join('.')}: ${message}`,
    );

  test.each<[string, Settings]>([
    ['the secret of the account', { appId: 'wx1', appSecret: 's' }],
    ['an endpoint', { appId: 'wx1', tokenEndpoint }],
    ['a platform', { component }],
  ])('name one way to its tokens, and the account: %s', (_, settings) => {
    expect(problemsOf(settings)).toEqual([]);
    expect(weChatConfig.parse({ ...common, ...settings })).toMatchObject({ appId: 'wx1' });
  });

  test.each<[Settings, string[]]>([
    [
      {},
      ['appId: is missing', 'appSecret: is missing; an account without one has tokenEndpoint or component'],
    ],
    [{ appId: 'wx1' }, ['appSecret: is missing; an account without one has tokenEndpoint or component']],
    [{ appSecret: 's' }, ['appId: is missing']],
    [{ tokenEndpoint }, ['appId: is missing']],
    [{ appId: 'wx1', appSecret: 's', tokenEndpoint }, ['appSecret: must be left out beside tokenEndpoint']],
    [
      { appId: 'wx1', appSecret: 's', tokenEndpoint, component },
      [
        'appId: must be left out beside component',
        'appSecret: must be left out beside component',
        'tokenEndpoint: must be left out beside component',
      ],
    ],
    [
      { appId: 'wx1', tokenEndpoint: { url: 'tokens' } },
      ['tokenEndpoint.url: must be an http: or https: URL'],
    ],
    [{ component: { ...component, appId: '' } }, ['component.appId: must not be empty']],
  ])('%j are refused', (settings, problems) => {
    expect(problemsOf(settings)).toEqual(problems);
  });
});

describe('a channel of a third-party platform', () => {
  test('reads with tokens that the platform makes, each fetched once and again before it ends', async () => {
    const platform = await openPlatform();
    const { sandbox, clock } = platform;
    const channel = platform.open();
    const { messages } = await walkAll(sourceOf(channel), createWalk('DESC', NOW));
    expect(messages).toHaveLength(20);
    await Promise.all([check(channel, platform), check(channel, platform)]);
    expect([sandbox.server.callsTo(componentToken), sandbox.server.callsTo(authorizerToken)]).toEqual([1, 1]);
    clock.advance(7_200_000);
    writeFileSync(platform.ticketFile, sandbox.platform.pushTicket());
    await check(channel, platform);
    expect([sandbox.server.callsTo(componentToken), sandbox.server.callsTo(authorizerToken)]).toEqual([2, 2]);
    expect(sandbox.server.callsTo(token)).toBe(0);
    expect(sandbox.server.violations).toEqual([]);
  });

  test('shares the token of the platform with other channels of the same gateway', async () => {
    const platform = await openPlatform();
    const { sandbox, settings, clock } = platform;
    const dependencies = createDependencies(clock);
    const channels = ['a', 'b', 'c'].map((name) => platform.restart({ ...settings, name }, dependencies));
    await Promise.all(channels.map((channel) => check(channel, platform)));
    expect([sandbox.server.callsTo(componentToken), sandbox.server.callsTo(authorizerToken)]).toEqual([1, 3]);
    sandbox.platform.pushTicket();
    sandbox.platform.revoke();
    const failures = await Promise.all(
      ['a', 'b'].map((name) =>
        failureOf(check(platform.restart({ ...settings, name }, dependencies), platform)),
      ),
    );
    expect(failures.map(({ channel }) => channel).sort()).toEqual(['a', 'b']);
  });

  test('keeps a refresh token that was replaced, across restarts', async () => {
    const platform = await openPlatform();
    const { sandbox, clock } = platform;
    sandbox.platform.rotates = true;
    const first = platform.open();
    await check(first, platform);
    clock.advance(7_200_000);
    await check(first, platform);
    await check(platform.open(), platform);
    expect(sandbox.server.callsTo(authorizerToken)).toBe(3);
    // Without the store, only the first one is known, and it is void.
    const forgetful = platform.restart(platform.settings);
    expect(await failureOf(check(forgetful, platform))).toMatchObject({
      code: 'UPSTREAM_AUTH_FAILED',
      providerCode: '61023',
    });
  });

  test('uses a refresh token that was put into the configuration since', async () => {
    const platform = await openPlatform();
    const { sandbox } = platform;
    sandbox.platform.rotates = true;
    await check(platform.open(), platform);
    sandbox.platform.refreshToken = 'refreshtoken@@@anew';
    await expect(check(platform.open(), platform)).rejects.toMatchObject({ providerCode: '61023' });
    const { component } = sandbox.platformConfig('shop', platform.ticketFile);
    await check(platform.open({ component }), platform);
  });

  test('replaces the tokens of both kinds once when they are refused', async () => {
    const platform = await openPlatform();
    const { sandbox } = platform;
    const channel = platform.open();
    await check(channel, platform);
    sandbox.tokens.revoke(40001);
    sandbox.platform.revoke();
    await check(channel, platform);
    expect([sandbox.server.callsTo(componentToken), sandbox.server.callsTo(authorizerToken)]).toEqual([2, 3]);
    expect(sandbox.server.violations).toEqual([]);
  });

  test('can have its ticket in the configuration', async () => {
    const platform = await openPlatform();
    const { component } = platform.settings;
    const channel = platform.open({
      component: { ...(component as Settings), verifyTicket: platform.sandbox.platform.ticket },
    });
    await check(channel, platform);
  });

  test.each<[string, (platform: Platform) => Settings | undefined, Record<string, unknown>]>([
    [
      'the ticket is not there',
      ({ ticketFile }) => {
        rmSync(ticketFile);
        return undefined;
      },
      {
        code: 'UPSTREAM_MISCONFIGURED',
        advice:
          'The file in component.verifyTicket cannot be read: is the ticket that WeChat pushes kept there?',
      },
    ],
    [
      'the file holds something else',
      ({ ticketFile }) => {
        writeFileSync(ticketFile, '<xml>\nticket\n</xml>');
        return undefined;
      },
      {
        code: 'UPSTREAM_MISCONFIGURED',
        advice: 'The file in component.verifyTicket must hold the component_verify_ticket, and nothing else',
      },
    ],
    [
      'the ticket is old',
      ({ sandbox }) => {
        sandbox.platform.pushTicket();
        return undefined;
      },
      {
        code: 'UPSTREAM_AUTH_FAILED',
        providerCode: '61005',
        advice:
          'component.verifyTicket has expired: WeChat pushes a new one every ten minutes, and the newest is needed',
      },
    ],
    [
      'the ticket is of another platform',
      () => ({ verifyTicket: 'another' }),
      {
        providerCode: '61006',
        advice: 'component.verifyTicket is not a ticket of this third-party platform',
      },
    ],
    [
      'the platform is unknown',
      () => ({ appId: 'wx0' }),
      { providerCode: '61011', advice: 'The provider does not know component.appId' },
    ],
    ['its secret is wrong', () => ({ appSecret: 'wrong' }), { providerCode: '40125' }],
    [
      'the account has withdrawn its authorisation',
      ({ sandbox }) => {
        sandbox.platform.isWithdrawn = true;
        return undefined;
      },
      {
        providerCode: '61003',
        advice:
          'The account has not authorised the third-party platform, or has withdrawn it: check authorizerAppId',
      },
    ],
    [
      'the refresh token is void',
      () => ({ authorizerRefreshToken: 'refreshtoken@@@old' }),
      {
        code: 'UPSTREAM_AUTH_FAILED',
        providerCode: '61023',
        advice:
          'The provider refuses component.authorizerRefreshToken: take the newest one, or let the account authorise the platform again',
      },
    ],
  ])('says what is wrong when %s', async (_, spoil, expected) => {
    const platform = await openPlatform();
    const component = { ...(platform.settings['component'] as Settings), ...spoil(platform) };
    const failure = await failureOf(check(platform.open({ component }), platform));
    expect(failure).toMatchObject({ channel: 'shop', isRetryable: false, ...expected });
  });
});

describe("a channel with the operator's own token endpoint", () => {
  test('asks it for tokens, with the headers that it wants, and again when one is refused', async () => {
    const shop = await openShop({ messages: 20 });
    const { sandbox } = shop;
    const channel = shop.restart({ ...NO_SECRET, ...sandbox.operatorConfig('shop') });
    const { messages } = await walkAll(sourceOf(channel), createWalk('ASC', NOW));
    expect(messages).toHaveLength(20);
    await check(channel, shop);
    sandbox.tokens.revoke(40001);
    await check(channel, shop);
    expect(sandbox.server.callsTo(operator)).toBe(2);
    expect(sandbox.server.callsTo(token)).toBe(0);
    expect(sandbox.server.violations).toEqual([]);
  });

  test.each<[string, (endpoint: Settings) => Settings, Record<string, unknown>]>([
    [
      'refuses the gateway',
      (endpoint) => ({ ...endpoint, headers: {} }),
      {
        code: 'UPSTREAM_AUTH_FAILED',
        providerCode: 'HTTP 401',
        advice: 'The token endpoint: it refuses the gateway: check tokenEndpoint.headers',
      },
    ],
    [
      'is not there',
      (endpoint) => ({ ...endpoint, url: 'http://127.0.0.1:1/token' }),
      {
        code: 'UPSTREAM_UNAVAILABLE',
        advice: 'The token endpoint: no connection: check tokenEndpoint.url, DNS and the network',
      },
    ],
    [
      'answers something else',
      ({ url }) => ({ url: String(url).replace(/operator.*/, 'cgi-bin/customservice/getkflist') }),
      {
        code: 'UPSTREAM_BAD_RESPONSE',
        advice: 'The token endpoint: it must answer {"access_token": "…", "expires_in": 7200}',
      },
    ],
    [
      'is not at that path',
      ({ url }) => ({ url: String(url).replace(/operator.*/, 'nowhere') }),
      {
        providerCode: 'HTTP 404',
        advice: 'The token endpoint: it answered with HTTP 404: check tokenEndpoint.url',
      },
    ],
  ])('says so when it %s', async (_, spoil, expected) => {
    const shop = await openShop();
    const { tokenEndpoint, ...rest } = shop.sandbox.operatorConfig('shop');
    const changes = { ...NO_SECRET, ...rest, tokenEndpoint: spoil(tokenEndpoint as Settings) };
    expect(await failureOf(check(shop.restart(changes), shop))).toMatchObject(expected);
  });
});

test('no secret, ticket or token shows in a failure or in the log', async () => {
  const platform = await openPlatform();
  const { sandbox, settings } = platform;
  const lines: string[] = [];
  const log = pino({ level: 'trace' }, { write: (line) => lines.push(line) });
  const dependencies = { ...createDependencies(platform.clock), log };
  const old = sandbox.platform.ticket;
  sandbox.platform.pushTicket();
  const operatorSettings = sandbox.operatorConfig('shop');
  const endpoint = operatorSettings['tokenEndpoint'] as Settings;
  const ways = [
    settings,
    { ...NO_SECRET, ...operatorSettings, tokenEndpoint: { ...endpoint, url: 'http://127.0.0.1:1/' } },
  ];
  for (const way of ways) {
    const failure = await failureOf(check(platform.restart(way, dependencies), platform));
    lines.push(`${failure.message} ${failure.stack ?? ''} ${JSON.stringify(failure)}`);
  }
  const { appSecret, refreshToken } = sandbox.platform;
  for (const kept of [appSecret, refreshToken, old, 'operator-key'])
    expect(lines.join('\n')).not.toContain(kept);
});
