import { z } from 'zod';
import { baseUrl, channelConfig, quotaConfig, secret, wholeNumber } from '../kit/channel-config.ts';

/** Digits only, as `public_key_ver` is a whole number; without leading zeros, so that a version has one spelling. */
const keyVersion = z
  .string()
  .regex(/^(0|[1-9]\d{0,8})$/, 'must be a public_key_ver: a whole number such as "1"');

/**
 * A WeCom corporation whose conversations are archived.
 *
 * @see https://developer.work.weixin.qq.com/document/path/99670
 */
export const weComConfig = channelConfig.extend({
  provider: z.literal('WECOM'),
  baseUrl: baseUrl.default('https://qyapi.weixin.qq.com'),
  corpId: z.string().min(1),
  /** Of the application that holds the archive permission. */
  secret,
  /** By `public_key_ver`: the path of a PEM file. Keep the old ones: old messages stay wrapped with old keys. */
  privateKeys: z.record(keyVersion, z.string().min(1)).default({}),
  /** What the callback's receiver needs to verify and open an event. */
  callback: z
    .strictObject({
      token: secret,
      encodingAesKey: secret.refine(
        (key) => /^[A-Za-z0-9+/]{43}$/.test(key.reveal()),
        'must be the 43 characters of the EncodingAESKey',
      ),
      /** Corporation, suite or provider ids that an event may be addressed to. */
      receiveIds: z.array(z.string().min(1)).min(1),
    })
    .optional(),
  /**
   * Without a push token WeCom limits calls strictly and does not publish the limit: once all messages are fetched,
   * the next call waits at least this long, and readers get the archive meanwhile.
   */
  secondsBetweenPulls: wholeNumber(0, 600).default(30),
  // The provider allows one call at a time per corporation, and 10,000 a minute.
  quota: quotaConfig({ callsPerSecond: 20, maxConcurrent: 1, pageSize: 1000, maxPageSize: 1000 }),
});

export type WeComConfig = z.output<typeof weComConfig>;
