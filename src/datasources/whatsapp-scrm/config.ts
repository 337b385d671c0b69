import { z } from 'zod';
import {
  ARCHIVES_MORE,
  archivesWhatItReads,
  baseUrl,
  channelConfig,
  instant,
  quotaConfig,
  secret,
  wholeNumber,
} from '../kit/channel-config.ts';
import { timeZone } from '../../util/time-zone.ts';

/** A tenant of the SocialEpoch ("SalesEpoch") WhatsApp SCRM. */
export const whatsAppConfig = channelConfig
  .extend({
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
    /** Left out: the channel has no webhooks. */
    webhookSecret: secret.optional(),
    /**
     * How old a webhook's signature may be. The provider retries a delivery for up to 2 hours 39 minutes, and has not
     * published whether it signs each retry again.
     */
    webhookMaxAgeSeconds: wholeNumber(60, 604_800).default(10_800),
    /** How long webhooks' message ids and delivery statuses are kept. */
    deliveryStatusDays: wholeNumber(1, 3_650).default(90),
    /** Of the `sendTime` strings in webhooks; the history gives Unix time and needs none. */
    timeZone: timeZone.default('+08:00'),
    /** Unix ms: the history has no end mark, so walks stop here. */
    historyStart: instant,
    /**
     * 50 calls a second are published; the maximum page size is not, and 100 is known to work.
     *
     * @see https://doc.socialepoch.com/wa-scrm-open-api-doc/api
     */
    quota: quotaConfig({ callsPerSecond: 50, maxConcurrent: 4, pageSize: 100, maxPageSize: 1000 }),
  })
  .refine(archivesWhatItReads, ARCHIVES_MORE);

export type WhatsAppConfig = z.output<typeof whatsAppConfig>;

/** Installations are not told apart, since one may move. */
export function toTenantName({ provider, tenantId }: Pick<WhatsAppConfig, 'provider' | 'tenantId'>): string {
  return `${provider} ${tenantId}`;
}

/** Names the tenant: each installation of the provider numbers its own. */
export function toAccountName({
  provider,
  baseUrl,
  tenantId,
}: Pick<WhatsAppConfig, 'provider' | 'baseUrl' | 'tenantId'>): string {
  return `${provider} ${baseUrl} ${tenantId}`;
}
