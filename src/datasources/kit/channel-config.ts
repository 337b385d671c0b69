import { z } from 'zod';
import type { Provider } from '../../domain/records.ts';
import { systemClock } from '../../util/clock.ts';
import { Secret } from './secret.ts';

/** A channel's entry in the configuration, as far as every provider's has it. */
export interface ChannelConfig {
  provider: Provider;
  name: string;
  displayName?: string | undefined;
  /** Left out: nothing of its history is kept. */
  archive?: ArchiveConfig | undefined;
}

export type ArchiveConfig = z.output<typeof archiveConfig>;

/** RFC 3339 with a zone. @returns Unix milliseconds */
export const instant = z.iso
  .datetime({ offset: true, error: 'must be a time with its zone, such as 2026-01-01T00:00:00Z' })
  .transform((text) => Date.parse(text));

/** Some histories are in their final order after a day, and some list records more than an hour after they were sent. */
const LEAST_SETTLE_HOURS = 26;
/** What is not settled cannot be complete, and so not be kept for a time. */
const LEAST_RETENTION_DAYS = 2;

/** Also as a string: values from the environment are strings. */
export const flag = z.union([z.boolean(), z.stringbool()]);

const archiveConfig = z.strictObject({
  /** Unix ms, inclusive: nothing older is kept. */
  since: instant.refine((since) => since <= systemClock.now(), 'must not be in the future'),
  /** How old history is when it no longer changes. */
  settleHours: wholeNumber(LEAST_SETTLE_HOURS, 8_760).default(LEAST_SETTLE_HOURS),
  /** The part of the account's quota that is free whenever one of the archive's calls has left. */
  share: z
    .preprocess((value) => (typeof value === 'string' ? Number(value) : value), z.number().min(0).max(0.95))
    .default(0.3),
  /** What is older than so many days is taken away. Left out: nothing is. */
  retentionDays: wholeNumber(LEAST_RETENTION_DAYS, 36_500).optional(),
  /** Whether the words of texts are indexed. Left out: unless the store is encrypted, since their frequencies can be read there. */
  search: flag.optional(),
});

/**
 * Whether an archive begins within the history that its channel reads. What lies before would count as complete, and would
 * be missing once `historyStart` is set earlier.
 */
export function archivesWhatItReads({
  archive,
  historyStart,
}: {
  archive?: ArchiveConfig | undefined;
  historyStart?: number | undefined;
}): boolean {
  return archive === undefined || historyStart === undefined || archive.since >= historyStart;
}

export const ARCHIVES_MORE = {
  path: ['archive', 'since'],
  error: 'must not be before historyStart: the channel reads nothing older',
};

/** The settings of every channel; each provider extends them, strictly, with its own. */
export const channelConfig = z.strictObject({
  /** Unique; part of cursors, ids and URLs. */
  name: z
    .string()
    .regex(
      /^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$/,
      'must be 1 to 63 letters, digits, "-" or "_", and start with a letter or digit',
    ),
  displayName: z.string().min(1).optional(),
  archive: archiveConfig.optional(),
});

export const baseUrl = z.url({ protocol: /^https?$/, error: 'must be an http: or https: URL' });

export const secret = z
  .string()
  .min(1, 'must not be empty')
  .transform((value) => new Secret(value));

/** A whole number, also as a string: values from the environment are strings. Both ends inclusive. */
export function wholeNumber(least: number, most = Number.MAX_SAFE_INTEGER): z.ZodPreprocess<z.ZodInt> {
  return z.preprocess(
    (value) => (typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value),
    z.int().min(least).max(most),
  );
}

/** The provider's limits; a channel may set its own if its contract differs. */
export function quotaConfig(defaults: QuotaDefaults): z.ZodPrefault<z.ZodObject<QuotaShape, z.core.$strict>> {
  return z
    .strictObject({
      callsPerSecond: wholeNumber(1, 10_000).default(defaults.callsPerSecond),
      maxConcurrent: wholeNumber(1, 1_000).default(defaults.maxConcurrent),
      pageSize: wholeNumber(1, defaults.maxPageSize).default(defaults.pageSize),
    })
    .prefault({});
}

interface QuotaDefaults {
  callsPerSecond: number;
  maxConcurrent: number;
  /** The page size of calls to the provider. */
  pageSize: number;
  maxPageSize: number;
}

/** A type and not an interface, since a shape of zod has an index. */
type QuotaShape = Record<
  'callsPerSecond' | 'maxConcurrent' | 'pageSize',
  z.ZodDefault<z.ZodPreprocess<z.ZodInt>>
>;
