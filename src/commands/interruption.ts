import { constants } from 'node:os';

/** A signal's request that a command should end early. */
export interface Interruption {
  /** Aborted by the first SIGINT or SIGTERM. The second ends the process at once. */
  readonly signal: AbortSignal;
  /** The exit code that shells expect after a signal: 130 or 143. */
  exitCode(): number;
  /** Restores the default handling of signals. */
  close(): void;
}

/** @param onFirst tells the user that the command is about to end */
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
