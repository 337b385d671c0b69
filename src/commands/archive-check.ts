import type { Logger } from 'pino';
import { archiveChannels } from '../app/archives.ts';
import { createChannels, hideErasedIn } from '../app/channels.ts';
import { createStores, type GatewayStores } from '../app/stores.ts';
import { ArchiveFailures } from '../archive/archive-failure.ts';
import type { BackfillOptions } from '../archive/backfill.ts';
import { check, repair } from '../archive/check.ts';
import type { KeptSource } from '../archive/kept-source.ts';
import { oldestWanted } from '../archive/oldest-wanted.ts';
import { refill } from '../archive/refill.ts';
import { Round } from '../archive/round.ts';
import { readConfig } from '../config/read-config.ts';
import type { GatewayConfig } from '../config/settings.ts';
import { Accounts } from '../datasources/kit/account.ts';
import { PageStore } from '../datasources/kit/page-store.ts';
import type { Awaitable, CallBudget } from '../datasources/message-source.ts';
import type { ErasedPeople } from '../domain/erasure.ts';
import { ConfigError } from '../errors/config-error.ts';
import { UpstreamError } from '../errors/upstream-error.ts';
import { createLogger } from '../observability/log.ts';
import { providers } from '../resolvers/providers.ts';
import type { Lease, TimeSpan } from '../store/store.ts';
import { createOwnBudget } from '../timeline/request-budget.ts';
import { systemClock as clock } from '../util/clock.ts';
import { CheckReport } from './check-report.ts';
import { listenForSignals } from './interruption.ts';
import { createProgressDisplay } from './progress-display.ts';

export interface ArchiveCheckArguments {
  config: string;
  /** Left out: all with an archive. */
  channel?: string[];
  /** Unix ms, inclusive. */
  since?: number;
  /** Unix ms, exclusive. */
  until?: number;
}

/** Compares archives with what the providers list now. Exit code 1 when they differ, or cannot be compared. @throws ConfigError */
export function runArchiveVerify(args: ArchiveCheckArguments): Promise<void> {
  return run(args, async ({ options, span, report, print, signal }) => {
    for await (const checked of check(span, options)) {
      print(report.add(checked));
      if (signal.aborted) return;
    }
    if (!report.isSound) process.exitCode = 1;
  });
}

/** Does the same, and keeps what is other. Exit code 1 when it could not read all of it. @throws ConfigError */
export function runArchiveRepair(args: ArchiveCheckArguments): Promise<void> {
  return run(args, async ({ options, span, report, print, lease, signal }) => {
    const { archive } = options;
    const failures = new ArchiveFailures(archive, clock);
    const createRound = (): Round => new Round({ archive, failures, clock, lease });
    for await (const checked of repair(span, options, createRound())) {
      print(report.add(checked));
      if (signal.aborted) return;
    }
    await refill(span, options, createRound);
  });
}

interface Checking {
  options: BackfillOptions;
  span: TimeSpan;
  report: CheckReport;
  print: (line: string | null) => void;
  lease: Lease;
  signal: AbortSignal;
}

async function run(args: ArchiveCheckArguments, work: (checking: Checking) => Promise<void>): Promise<void> {
  const config = selectChannels(readConfig(args.config, process.env), args.channel);
  const display = createProgressDisplay(process.stderr, clock);
  const interruption = listenForSignals(() => {
    display.note('Stopping after this page; a second signal stops at once');
  });
  const print = (line: string | null): void => {
    if (line !== null) process.stdout.write(`${line}\n`);
  };
  const log = createLogger(process.env['LOG_LEVEL'] ?? 'warn');
  const stores = await createStores(config, { clock, log });
  const { store } = stores;
  const { kept, close } = openSources(config, stores, log);
  try {
    const { leases } = await store.openLive(config.webhooks);
    for (const source of kept) {
      if (interruption.signal.aborted) break;
      const span = toSpan(source, args);
      const report = new CheckReport(source.source.id, span, display, clock);
      const createBudget = (): CallBudget =>
        createOwnBudget(config.limits, clock, source.background).forChannel(source.source.channel);
      const { signal } = interruption;
      const readsOn = (): boolean => !signal.aborted;
      const options = { ...source, since: oldestWanted(source, clock), clock, createBudget, readsOn };
      try {
        // The gateway has another one: both write the same, page by page, so neither waits for the other.
        await leases.take(`archive-check:${source.name}`, signal, (lease) =>
          work({ options, span, report, print, lease, signal }),
        );
        print(report.summary);
      } catch (error) {
        if (signal.aborted) break;
        if (!(error instanceof UpstreamError)) throw error;
        print(`${source.source.id}: failed: ${error.advice} (${error.code})`);
        process.exitCode = 1;
      }
    }
    if (interruption.signal.aborted) process.exitCode = interruption.exitCode();
  } finally {
    display.close();
    interruption.close();
    await close();
    await stores.close();
  }
}

function openSources(
  config: GatewayConfig,
  { store, erasures }: GatewayStores,
  log: Logger,
): { kept: KeptSource[]; close: () => Promise<void> } {
  const { quotaShares: shares } = store;
  const accounts = new Accounts(clock, shares && { shares, log });
  const erasedOf = (tenant: string): Awaitable<ErasedPeople | null> => erasures.of(tenant);
  const created = createChannels(config, providers, {
    clock,
    erasedOf,
    log,
    store,
    accounts,
    // Nothing of what was fetched before.
    pages: new PageStore(null, clock, () => undefined),
    callTimeoutMs: config.limits.requestTimeoutMs,
    directory: config.directory,
  });
  const { kept } = archiveChannels(hideErasedIn(created, erasedOf), config, store, { clock, log });
  const close = async (): Promise<void> => {
    await Promise.all([...created.values()].map((channel) => channel.close()));
    await accounts.close();
  };
  return { kept, close };
}

/** What has settled, and is to be kept. */
function toSpan(source: KeptSource, args: ArchiveCheckArguments): TimeSpan {
  const since = oldestWanted(source, clock);
  const settled = clock.now() - source.settleMs;
  return { since: Math.max(since, args.since ?? since), until: Math.min(settled, args.until ?? settled) };
}

function selectChannels(config: GatewayConfig, names: readonly string[] | undefined): GatewayConfig {
  const archived = config.channels.filter(({ archive }) => archive !== undefined);
  const unknown = (names ?? []).filter((wanted) => !archived.some(({ name }) => name === wanted));
  const problems = unknown.map((name) => `channels: none of the name ${JSON.stringify(name)} has an archive`);
  if (archived.length === 0) problems.push('channels: none has an archive');
  if (problems.length > 0) throw new ConfigError('The configuration', problems);
  return { ...config, channels: archived.filter(({ name }) => names?.includes(name) ?? true) };
}
