import { z } from 'zod';
import { addressList } from '../kit/address-list.ts';
import { baseUrl, channelConfig, instant, quotaConfig, secret } from '../kit/channel-config.ts';

/**
 * Where an app's data lives; another region's host does not know the app.
 *
 * @see https://www.tencentcloud.com/document/product/1047/34620
 */
const REGION_URLS = {
  CHINA: 'https://console.tim.qq.com',
  SINGAPORE: 'https://adminapisgp.im.qcloud.com',
  SEOUL: 'https://adminapikr.im.qcloud.com',
  FRANKFURT: 'https://adminapiger.im.qcloud.com',
  SILICON_VALLEY: 'https://adminapiusa.im.qcloud.com',
  JAKARTA: 'https://adminapiidn.im.qcloud.com',
  TOKYO: 'https://adminapijpn.im.qcloud.com',
  SAUDI_ARABIA: 'https://adminapiksa.im.qcloud.com',
  // No longer among the documented regions, but apps that were created there stay there.
  MUMBAI: 'https://adminapiind.im.qcloud.com',
} as const satisfies Record<string, string>;
type Region = keyof typeof REGION_URLS;
const REGIONS = Object.keys(REGION_URLS) as Region[];

/** The most messages that one call lists. */
export const MAX_PAGE_SIZE = 20;

export const tencentChatConfig = channelConfig
  .extend({
    provider: z.literal('TENCENT_CHAT'),
    baseUrl: baseUrl.optional(),
    region: z.enum(REGIONS).optional(),
    sdkAppId: z.int().positive(),
    /** The user in whose name calls are made; must be an administrator of the app. */
    adminUserId: z.string().min(1).max(32),
    secretKey: secret,
    officialAccounts: z
      .array(z.string().min(1))
      .nonempty('must name at least one official account: the provider has no call that lists them')
      .refine((accounts) => new Set(accounts).size === accounts.length, 'must not name an account twice'),
    /** Verifies what the provider posts to the gateway. Left out: no callback is listened to. */
    callbackToken: secret.optional(),
    /**
     * Addresses and subnets whose callbacks are fresh without a signature, for an app that has no token set at the
     * provider. Whoever can connect from them can have the provider's history read, at up to a call for each message
     * that they name. The address is that of the connection, so behind a proxy it is the proxy's: then it must let
     * nothing but the provider's addresses through.
     */
    unsignedCallbacksFrom: addressList.optional(),
    /** Unix ms: how far back walking goes. Left out: to the end of what the provider keeps. */
    historyStart: instant.optional(),
    quota: quotaConfig({
      callsPerSecond: 200,
      maxConcurrent: 20,
      pageSize: MAX_PAGE_SIZE,
      maxPageSize: MAX_PAGE_SIZE,
    }),
  })
  .refine((config) => config.callbackToken === undefined || config.unsignedCallbacksFrom === undefined, {
    path: ['unsignedCallbacksFrom'],
    error: 'must be left out when callbackToken is given: then every callback is signed',
  })
  .refine((config) => config.baseUrl === undefined || config.region === undefined, {
    path: ['region'],
    error: 'must be left out when baseUrl is given: both name the host',
  });

export type TencentChatConfig = z.output<typeof tencentChatConfig>;

/** The host to call; an app that names none lives in China, as the provider's own samples do. */
export function toBaseUrl(config: Pick<TencentChatConfig, 'baseUrl' | 'region'>): string {
  return config.baseUrl ?? REGION_URLS[config.region ?? 'CHINA'];
}
