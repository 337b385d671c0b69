import type { TimeSpan } from '../../ports/message-archive.ts';

/** The same moments, in whole numbers that every engine takes. */
export function toWhole({ since, until }: TimeSpan): TimeSpan {
  return {
    since: Math.max(Math.ceil(since), Number.MIN_SAFE_INTEGER),
    until: Math.min(Math.ceil(until), Number.MAX_SAFE_INTEGER),
  };
}
