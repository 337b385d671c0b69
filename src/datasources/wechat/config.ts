import { z } from 'zod';
import {
  ARCHIVES_MORE,
  archivesWhatItReads,
  baseUrl,
  channelConfig,
  instant,
  quotaConfig,
} from '../kit/channel-config.ts';
import { credentialSettings, toCredentials } from './credentials.ts';

/** The provider's own limit on `number`. */
export const MAX_PAGE_SIZE = 10_000;

/** A channel's entry in the configuration: one Official Account with customer service enabled. */
export const weChatConfig = channelConfig
  .extend({
    provider: z.literal('WECHAT'),
    baseUrl: baseUrl.default('https://api.weixin.qq.com'),
    ...credentialSettings,
    /** Where walking back ends: the provider answers an empty day and a day before all history alike. */
    historyStart: instant,
    // No rate is published for reading history; a daily one exists, of unpublished size. These limits stay well below
    // it.
    quota: quotaConfig({
      callsPerSecond: 20,
      maxConcurrent: 4,
      pageSize: MAX_PAGE_SIZE,
      maxPageSize: MAX_PAGE_SIZE,
    }),
  })
  .refine(archivesWhatItReads, ARCHIVES_MORE)
  .transform(({ appId, appSecret, tokenEndpoint, component, ...rest }, context) => {
    const found = toCredentials({ appId, appSecret, tokenEndpoint, component });
    if (!('problems' in found)) return { ...rest, ...found };
    for (const { setting, text } of found.problems) {
      context.addIssue({ code: 'custom', path: [setting], message: text });
    }
    return z.NEVER;
  });

export type WeChatConfig = z.output<typeof weChatConfig>;
