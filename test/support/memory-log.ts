import type { Logger } from 'pino';
import { createLogger } from '../../src/observability/log.ts';

/** The log as the program would write it, kept. */
export interface MemoryLog {
  log: Logger;
  lines: () => Record<string, unknown>[];
  text: () => string;
}

export function createMemoryLog(level = 'info'): MemoryLog {
  const written: string[] = [];
  const log = createLogger(level, { write: (line: string) => written.push(line) });
  return {
    log,
    lines: () => written.map((line) => JSON.parse(line) as Record<string, unknown>),
    text: () => written.join(''),
  };
}
