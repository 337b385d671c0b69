import { pino, type Logger } from 'pino';
import { SCOPES, type Caller } from '../access/caller.ts';
import { readConfig } from '../config/read-config.ts';
import { systemClock as clock } from '../util/clock.ts';
import { openExportFile } from '../export/export-file.ts';
import { createFormatWriter } from '../export/format-writer.ts';
import { Progress } from '../export/progress.ts';
import { streamExport } from '../export/stream.ts';
import { StreamTarget, type ExportTarget } from '../export/target.ts';
import { checkSources, fixWalk } from '../export/walk.ts';
import { createReading, type Reading } from '../app/reading.ts';
import { createStores } from '../app/stores.ts';
import { checkArguments, STDOUT, type ExportArguments } from './export-arguments.ts';
import { toExportError, toHint, toSummary, toWaitText } from './export-report.ts';
import { listenForSignals } from './interruption.ts';
import { createProgressDisplay, toCount, type ProgressDisplay } from './progress-display.ts';

/** A user who may run the program with its configuration may read all of it. */
const OPERATOR: Caller = { name: 'export', scopes: new Set(SCOPES), channels: null, expiresAt: null };
/** Messages: the pages of a busy day and the next one. A walk does not return to older ones. */
const MAX_IN_MEMORY = 30_000;
/** How often it saves at most; less often on a slow disk, so that saving takes no more than this share of the time. */
const SAVE_EVERY_MS = 200;
const SAVING_SHARE = 0.05;

/**
 * Writes history to a file, or resumes it. Exit code 0 only when the file is complete; 130 or 143 when a signal ended
 * it.
 *
 * @throws ConfigError
 * @throws ExportError with the reason why it could not finish
 */
export async function runExport(args: ExportArguments): Promise<void> {
  const config = readConfig(args.config, process.env);
  checkArguments(args, config);
  const display = createProgressDisplay(process.stderr, clock);
  const interruption = listenForSignals(() => {
    display.note('Stopping after this page; a second signal stops at once');
  });
  const surroundings = { clock, log: createLogger(display) };
  const stores = await createStores(config, surroundings, MAX_IN_MEMORY);
  const reading = await createReading(config, stores, surroundings);
  try {
    const target = await openTarget(args, reading);
    try {
      checkSources(target.state.walk, reading.channels);
      const summary = await transfer(args, reading, target, display, interruption.signal);
      display.close();
      process.stderr.write(`${summary ?? toHint(args)}\n`);
      if (summary === null) process.exitCode = interruption.exitCode();
    } finally {
      await target.close();
    }
  } finally {
    display.close();
    interruption.close();
    await reading.close();
    await stores.close();
  }
}

/** @returns a summary; null when the signal ended it before */
async function transfer(
  args: ExportArguments,
  reading: Reading,
  target: ExportTarget,
  display: ProgressDisplay,
  signal: AbortSignal,
): Promise<string | null> {
  const { format, bom, patience } = args;
  const { walk, cursor, messages, firstSentAt } = target.state;
  if (messages > 0) display.note(`Resuming after ${toCount(messages)} messages`);
  const progress = new Progress({ ...walk, messages, firstSentAt }, clock);
  let saveAt = 0;
  // Its reads are recorded, like any caller's.
  const view = reading.createContext(OPERATOR).gateway;
  const chunks = streamExport(
    { ...view, clock },
    {
      walk,
      writer: createFormatWriter(format, view, { withBom: bom, written: target.state }),
      cursor,
      patienceMs: patience * 1000,
      signal,
      onWait: async (wait) => {
        display.wait(toWaitText(wait));
        await target.save();
      },
    },
  );
  try {
    for await (const chunk of chunks) {
      await target.append(chunk);
      progress.advance(chunk);
      display.show(progress.figures);
      if (chunk.isLast) {
        await target.finish();
        return toSummary(target.state, progress);
      }
      const now = clock.monotonic();
      if (now < saveAt) continue;
      await target.save();
      saveAt = clock.monotonic() + Math.max(SAVE_EVERY_MS, (clock.monotonic() - now) / SAVING_SHARE);
    }
    await target.save();
    return null;
  } catch (error) {
    throw toExportError(error, args) ?? error;
  }
}

function openTarget(args: ExportArguments, { channels }: Reading): Promise<ExportTarget> {
  const { channel = null, since = null, until = null, format, bom = false, out, force = false } = args;
  const request = { channels: channel, since, until };
  const walk = fixWalk(request, channels, clock.now());
  if (out === STDOUT) return Promise.resolve(new StreamTarget(process.stdout, walk));
  return openExportFile(out, { options: { ...request, format, bom }, walk, isForced: force });
}

/** The log is shown within the progress, and only lines that matter to the user. */
function createLogger(display: ProgressDisplay): Logger {
  const write = (line: string): void => {
    display.note(line.trimEnd());
  };
  return pino({ level: process.env['LOG_LEVEL'] ?? 'warn' }, { write });
}
