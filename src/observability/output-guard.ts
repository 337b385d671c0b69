import type { Logger } from 'pino';

/**
 * Keeps everything that is not meant for the reader off the process's output. Whatever nobody caught ends the process with
 * exit code 1 and one line in the log, where Node.js would print the error with all that it holds; and what a library
 * says to the console, which may quote what it was given, becomes a line without its words.
 */
export function guardOutput(log: Logger): void {
  const crash = (error: unknown): void => {
    log.fatal({ err: error }, 'The gateway has crashed');
    process.exit(1);
  };
  process.on('uncaughtException', crash);
  process.on('unhandledRejection', crash);
  process.removeAllListeners('warning');
  process.on('warning', (warning) => {
    log.warn({ err: warning }, 'Node.js warns');
  });
  const speak = (...words: unknown[]): void => {
    log.warn({ err: words.find((word) => word instanceof Error) }, 'A library writes to the console');
  };
  Object.assign(globalThis.console, {
    debug: speak,
    log: speak,
    info: speak,
    warn: speak,
    error: speak,
    trace: speak,
    dir: speak,
  });
}
