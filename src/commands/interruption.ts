import { constants } from 'node:os';

/** The wish that a command should end before it is done. */
export interface Interruption {
  /** Given with the first SIGINT or SIGTERM. The second ends the process at once. */
  readonly signal: AbortSignal;
  /** As a shell expects it of a process that a signal has ended: 130 or 143. */
  exitCode(): number;
  /** Signals do again what they do by themselves. */
  close(): void;
}

/** @param onFirst tells the reader that the command is about to end */
export function listenForSignals(onFirst: () => void): Interruption {
  const abort = new AbortController();
  let code = 0;
  const listener = (name: 'SIGINT' | 'SIGTERM'): void => {
    code = 128 + constants.signals[name];
    if (abort.signal.aborted) process.exit(code);
    abort.abort();
    onFirst();
  };
  process.on('SIGINT', listener).on('SIGTERM', listener);
  return {
    signal: abort.signal,
    exitCode: () => code,
    close: () => {
      process.off('SIGINT', listener).off('SIGTERM', listener);
    },
  };
}
