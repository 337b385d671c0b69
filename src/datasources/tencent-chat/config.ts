import { z } from 'zod';
import { addressList } from '../kit/address-list.ts';
import {
  ARCHIVES_MORE,
  archivesWhatItReads,
  baseUrl,
  channelConfig,
  instant,
  quotaConfig,
  secret,
} from '../kit/channel-config.ts';

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
    /** Verifies callbacks of the provider. Left out: the channel has no callback. */
    callbackToken: secret.optional(),
    /**
     * Addresses and subnets whose callbacks are accepted without a signature, for an app that has no token set at the
     * provider. A client that can connect from them can make the gateway read the provider's history, at up to a call
     * for each message that it names. The address is that of the connection, so behind a proxy it is the proxy's:
     * then the proxy must pass only the provider's addresses.
     */
    unsignedCallbacksFrom: addressList.optional(),
    /** Unix ms: how far back history goes. Default: to the end of what the provider keeps. */
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
  })
  .refine(archivesWhatItReads, ARCHIVES_MORE);

export type TencentChatConfig = z.output<typeof tencentChatConfig>;

/** The host to call; an app that names none lives in China, as the provider's own samples do. */
export function toBaseUrl(config: Pick<TencentChatConfig, 'baseUrl' | 'region'>): string {
  return config.baseUrl ?? REGION_URLS[config.region ?? 'CHINA'];
}

/** Names the app, which one key signs for; its official accounts are sources of their own. */
export function toAccountName({
  provider,
  sdkAppId,
}: Pick<TencentChatConfig, 'provider' | 'sdkAppId'>): string {
  return `${provider} ${sdkAppId}`;
}
