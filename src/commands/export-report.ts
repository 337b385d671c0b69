import { UpstreamError } from '../errors/upstream-error.ts';
import { RequestError } from '../errors/request-error.ts';
import { ExportError } from '../export/export-error.ts';
import type { Progress } from '../export/progress.ts';
import type { ExportWait } from '../export/stream.ts';
import type { ExportState } from '../export/target.ts';
import { STDOUT, type ExportArguments } from './export-arguments.ts';
import { toCount, toDuration } from './progress-display.ts';

export function toWaitText({ milliseconds, reason }: ExportWait): string {
  return `Waiting ${toDuration(milliseconds / 1000)}: ${reason}`;
}

/** @returns `Done: 1,200 messages, 512,000 bytes in 3.1 s (387/s), until 2026-01-31T00:00:00.000Z` */
export function toSummary({ messages, bytes, walk }: ExportState, progress: Progress): string {
  const { messagesRead, secondsSpent, figures } = progress;
  const rate = `${secondsSpent.toFixed(1)} s (${toCount(figures.messagesPerSecond)}/s)`;
  const run = messagesRead < messages ? `, the last ${toCount(messagesRead)} in ${rate}` : ` in ${rate}`;
  const until = new Date(walk.until).toISOString();
  return `Done: ${toCount(messages)} messages, ${toCount(bytes)} bytes${run}, until ${until}`;
}

export function toHint({ out, force }: ExportArguments): string {
  if (out === STDOUT) return 'Not finished.';
  return `Not finished: run the same command${force ? ' without --force' : ''} to resume ${out}.`;
}

/** @returns null for unexpected errors */
export function toExportError(error: unknown, args: ExportArguments): ExportError | null {
  const isExpected =
    error instanceof UpstreamError ||
    error instanceof ExportError ||
    (error instanceof Error && 'syscall' in error);
  if (isExpected) return new ExportError(`${error.message}\n${toHint(args)}`, { cause: error });
  const isVoid = error instanceof RequestError && error.code === 'BAD_CURSOR';
  if (!isVoid) return null;
  const reason = 'The checkpoint is invalid: the secret or the version of the gateway has changed.';
  return new ExportError(`${reason} Restore it, or start again with --force.`, { cause: error });
}
