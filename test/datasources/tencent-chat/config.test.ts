import { describe, expect, test } from 'vitest';
import { tencentChatConfig, toBaseUrl } from '../../../src/datasources/tencent-chat/config.ts';

const ENTRY = {
  name: 'broadcast',
  provider: 'TENCENT_CHAT',
  sdkAppId: 1_400_000_000,
  adminUserId: 'administrator',
  secretKey: 'key',
  officialAccounts: ['@TOA#_A'],
};

function problemsOf(changes: Record<string, unknown>): string[] {
  const { error } = tencentChatConfig.safeParse({ ...ENTRY, ...changes });
  return (error?.issues ?? []).map(({ path, message }) => `${path.join('.')}: ${message}`);
}

describe('the configuration', () => {
  test('has the limits that the provider publishes', () => {
    expect(tencentChatConfig.parse(ENTRY).quota).toEqual({
      callsPerSecond: 200,
      maxConcurrent: 20,
      pageSize: 20,
    });
  });

  test('names a host by its URL, by its region, or leaves it to be China', () => {
    expect(toBaseUrl(tencentChatConfig.parse(ENTRY))).toBe('https://console.tim.qq.com');
    expect(toBaseUrl(tencentChatConfig.parse({ ...ENTRY, region: 'SEOUL' }))).toBe(
      'https://adminapikr.im.qcloud.com',
    );
    for (const [region, host] of [
      ['TOKYO', 'https://adminapijpn.im.qcloud.com'],
      ['SAUDI_ARABIA', 'https://adminapiksa.im.qcloud.com'],
    ])
      expect(toBaseUrl(tencentChatConfig.parse({ ...ENTRY, region }))).toBe(host);
    expect(toBaseUrl(tencentChatConfig.parse({ ...ENTRY, baseUrl: 'http://127.0.0.1:1' }))).toBe(
      'http://127.0.0.1:1',
    );
  });

  test('says what is wrong with it', () => {
    expect(problemsOf({ region: 'SEOUL', baseUrl: 'https://a.example' })).toEqual([
      'region: must be left out when baseUrl is given: both name the host',
    ]);
    expect(problemsOf({ officialAccounts: [] })).toEqual([
      'officialAccounts: must name at least one official account: the provider has no call that lists them',
    ]);
    expect(problemsOf({ officialAccounts: ['@TOA#_A', '@TOA#_A'] })).toEqual([
      'officialAccounts: must not name an account twice',
    ]);
    expect(problemsOf({ quota: { pageSize: 21 } })[0]).toMatch(/^quota\.pageSize: /);
    expect(
      problemsOf({ unsignedCallbacksFrom: ['10.0.0.0/8', '10.0.0.0/33', 'tim.qq.com', '10.0.0.0/'] }),
    ).toEqual(
      [1, 2, 3].map(
        (index) =>
          `unsignedCallbacksFrom.${index}: must be an address such as 10.0.0.7 or a subnet such as 10.0.0.0/8`,
      ),
    );
    expect(problemsOf({ callbackToken: 'a', unsignedCallbacksFrom: ['::1'] })).toEqual([
      'unsignedCallbacksFrom: must be left out when callbackToken is given: then every callback is signed',
    ]);
    expect(problemsOf({ appId: 1 })[0]).toMatch(/appId/);
  });
});
