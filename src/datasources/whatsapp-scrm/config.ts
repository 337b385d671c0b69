import { z } from 'zod';
import { baseUrl, channelConfig, instant, quotaConfig, secret } from '../kit/channel-config.ts';

/** A tenant of the SocialEpoch ("SalesEpoch") WhatsApp SCRM. */
export const whatsAppConfig = channelConfig.extend({
  provider: z.literal('WHATSAPP_SCRM'),
  /** Differs from deployment to deployment, so there is no default. */
  baseUrl,
  /** Digits as text, the way they are signed; a number in the configuration is fine too. */
  tenantId: z
    .union([z.int().positive(), z.string().regex(/^[1-9]\d{0,14}$/)], {
      error: 'must be the tenant number, 1 to 15 digits',
    })
    .transform(String),
  apiKey: secret,
  webhookSecret: secret.optional(),
  /** Offset from UTC of the `sendTime` strings in webhooks; the history gives Unix time and needs none. */
  timeZone: z
    .string()
    .regex(/^[+-](?:0\d|1[0-4]):[0-5]\d$/, 'must be an offset from UTC such as "+08:00"')
    .default('+08:00'),
  /** Unix ms: the history has no end mark, so walks stop here. */
  historyStart: instant,
  /**
   * 50 calls a second are published; the greatest page is not, and 100 is known to work.
   *
   * @see https://doc.socialepoch.com/wa-scrm-open-api-doc/api
   */
  quota: quotaConfig({ callsPerSecond: 50, maxConcurrent: 4, pageSize: 100, maxPageSize: 1000 }),
});

export type WhatsAppConfig = z.output<typeof whatsAppConfig>;
