import { createChannels } from '../app/channels.ts';
import { archiveChannels } from '../app/archives.ts';
import { readConfig } from '../config/read-config.ts';
import { Accounts } from '../datasources/kit/account.ts';
import { PageStore } from '../datasources/kit/page-store.ts';
import type { ArchiveState } from '../datasources/message-source.ts';
import { createLogger } from '../observability/log.ts';
import { providers } from '../resolvers/providers.ts';
import { openForReading } from '../store/open-store.ts';
import type { TimeSpan } from '../store/store.ts';
import { systemClock as clock } from '../util/clock.ts';

/** Prints what the archive of each channel keeps and lacks, also while a gateway runs. It calls no provider. @throws ConfigError */
export async function runArchiveStatus(options: { config: string }): Promise<void> {
  const config = readConfig(options.config, process.env);
  const archived = { ...config, channels: config.channels.filter(({ archive }) => archive !== undefined) };
  if (archived.channels.length === 0) {
    process.stdout.write('No channel has an archive: give one the setting "archive".\n');
    return;
  }
  const log = createLogger(process.env['LOG_LEVEL'] ?? 'warn');
  const { location, encryptionKey = null } = config.store;
  const store = await openForReading(location, config.directory, encryptionKey, { clock, log });
  try {
    const created = createChannels(archived, providers, {
      clock,
      log,
      store,
      accounts: new Accounts(clock),
      pages: new PageStore(null, clock, () => undefined),
      callTimeoutMs: config.limits.requestTimeoutMs,
      directory: config.directory,
    });
    const { channels } = archiveChannels(created, archived, store, { clock, log });
    for (const channel of channels.values()) {
      const state = await channel.archiveState?.();
      if (state) process.stdout.write(describe(channel.name, state));
      await channel.close();
    }
  } finally {
    await store.close();
  }
}

function describe(name: string, state: ArchiveState): string {
  const { since, messages, coverage, gaps, expired, caughtUpAt, verifiedUntil, failure } = state;
  return [
    `${name}: ${messages} messages since ${toTime(since)}`,
    ...coverage.map((span) => `  complete ${toText(span)}`),
    ...gaps.map((span) => `  missing  ${toText(span)}`),
    ...expired.map((span) => `  expired  ${toText(span)}`),
    ...(caughtUpAt === null ? [] : [`  caught up at ${toTime(caughtUpAt)}`]),
    ...(verifiedUntil === null ? [] : [`  verified until ${toTime(verifiedUntil)}`]),
    ...(failure ? [`  failing since ${toTime(failure.since)}: ${failure.code}`] : []),
    '',
  ].join('\n');
}

function toText({ since, until }: TimeSpan): string {
  return `${toTime(since)} to ${toTime(until)}`;
}

function toTime(moment: number): string {
  return new Date(moment).toISOString();
}
