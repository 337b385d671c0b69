import type { Logger } from 'pino';

/**
 * Keeps everything but the commands' own output off the process's output. An uncaught error ends the process with
 * exit code 1 and one log line, where Node.js would print the error with all that it holds; and what a library writes
 * to the console, which may quote its input, becomes a line without its words.
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
    log.warn({ err: warning }, 'Node.js printed a warning');
  });
  const speak = (...words: unknown[]): void => {
    log.warn({ err: words.find((word) => word instanceof Error) }, 'A library wrote to the console');
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
