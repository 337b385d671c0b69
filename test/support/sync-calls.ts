import type { WeComKnobs } from '../../src/sandbox/wecom/sandbox.ts';

interface SyncCall {
  /** Null: from as far back as a first call reaches. */
  cursor: string | null;
  /** What the sandbox answers; null: it refused the call. */
  next: string | null;
  /** Whether its caller was killed, which may have kept the page or not. */
  mayRepeat: boolean;
}

/** The calls for messages that WeCom's sandbox gets, and whether each goes on where the one before has led. */
export class SyncCalls {
  readonly #calls: SyncCall[] = [];
  #arrival = Promise.withResolvers<number>();

  /** @param knobs of the sandbox, of which it takes those that see requests and pages */
  constructor(knobs: WeComKnobs) {
    knobs.isUnanswered = ({ endpoint, body }) => {
      if (endpoint.endsWith('/sync_msg')) this.#note(readCursor(body));
      return false;
    };
    knobs.rewritePage = (page) => {
      const last = this.#calls.at(-1);
      if (last) last.next = page.next_cursor;
      return page;
    };
  }

  get count(): number {
    return this.#calls.length;
  }

  /** @returns when the next one comes, monotonic */
  next(): Promise<number> {
    return this.#arrival.promise;
  }

  /** The next one may have the cursor of the last one: whoever made that was killed. */
  mayRepeatLast(): void {
    const last = this.#calls.at(-1);
    if (last) last.mayRepeat = true;
  }

  /** @returns those that do not begin where the page before them has ended, each with its number */
  findStale(): unknown[] {
    return this.#calls.flatMap(({ cursor }, index) => {
      const before = this.#calls[index - 1];
      const right = [before?.next ?? null, ...(before?.mayRepeat === true ? [before.cursor] : [])];
      return right.includes(cursor) ? [] : [{ index, cursor, right }];
    });
  }

  #note(cursor: string | null): void {
    this.#calls.push({ cursor, next: null, mayRepeat: false });
    this.#arrival.resolve(performance.now());
    this.#arrival = Promise.withResolvers();
  }
}

function readCursor(body: string): string | null {
  const { cursor } = JSON.parse(body) as { cursor?: string };
  return cursor ?? null;
}
