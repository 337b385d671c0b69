import { PassThrough } from 'node:stream';
import type { WriteStream } from 'node:tty';
import { expect, test } from 'vitest';
import { createProgressDisplay, toDuration } from '../../src/commands/progress-display.ts';
import { RetryLimit } from '../../src/export/retry-limit.ts';
import { Progress, type ProgressStart } from '../../src/export/progress.ts';
import type { ExportChunk } from '../../src/export/stream.ts';
import { TestClock } from '../support/test-clock.ts';

function toChunk(messages: number, firstSentAt: number | null, lastSentAt: number | null): ExportChunk {
  return {
    bytes: Buffer.alloc(0),
    groups: [],
    written: messages,
    messages,
    firstSentAt,
    lastSentAt,
    cursor: 'c',
    isLast: false,
  };
}

function begin(start: Partial<ProgressStart>): { progress: Progress; clock: TestClock } {
  const clock = new TestClock(0);
  const progress = new Progress(
    { since: null, until: 9_000, messages: 0, firstSentAt: null, ...start },
    clock,
  );
  return { progress, clock };
}

test('before anything has come, nothing is claimed', () => {
  const { progress } = begin({});
  expect(progress.figures).toEqual({ messages: 0, messagesPerSecond: 0, share: 0, secondsLeft: null });
});

test('progress is the part of the span of time that lies behind', () => {
  const { progress, clock } = begin({});
  clock.advance(4_000);
  progress.advance(toChunk(100, 1_000, 3_000));
  expect(progress.figures).toEqual({ messages: 100, messagesPerSecond: 25, share: 0.25, secondsLeft: 12 });
  progress.advance(toChunk(0, null, null));
  expect(progress.figures.share).toBe(0.25);
});

test('the span begins where it was asked to begin', () => {
  const { progress, clock } = begin({ since: 1_000 });
  clock.advance(5_000);
  progress.advance(toChunk(10, 4_000, 5_000));
  expect(progress.figures).toMatchObject({ share: 0.5, secondsLeft: 5 });
});

test('an export that goes on counts the earlier messages, and times only its own run', () => {
  const { progress, clock } = begin({ messages: 1_000, firstSentAt: 1_000 });
  clock.advance(2_000);
  progress.advance(toChunk(50, 3_000, 5_000));
  expect(progress.figures).toEqual({ messages: 1_050, messagesPerSecond: 25, share: 0.5, secondsLeft: 4 });
  expect(progress.messagesRead).toBe(50);
});

test('a retry limit makes pauses longer and longer, tries once more at its very end, and begins anew with any progress', () => {
  const clock = new TestClock(0);
  const retryLimit = new RetryLimit(10_000, clock);
  const waits: (number | null)[] = [];
  for (let i = 0; i < 6; i++) {
    const pauseMs = retryLimit.nextPauseMs(0);
    waits.push(pauseMs);
    clock.advance(pauseMs ?? 0);
  }
  expect(waits).toEqual([1_000, 2_000, 4_000, 3_000, null, null]);
  retryLimit.renew();
  expect(retryLimit.nextPauseMs(0)).toBe(1_000);
  expect(retryLimit.nextPauseMs(7_000)).toBe(7_000);
  expect(retryLimit.nextPauseMs(60_000)).toBeNull();
});

test.each([
  [0.2, '1 s'],
  [89, '89 s'],
  [91, '2 min'],
  [3_600, '60 min'],
  [12_000, '3 h 20 min'],
])('%d seconds are %s', (seconds, text) => {
  expect(toDuration(seconds)).toBe(text);
});

/** What a display writes to it. */
function fakeStream(isTTY: boolean): { stream: WriteStream; written: () => string } {
  let text = '';
  const stream = new PassThrough().on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  // A real terminal would have to be opened; a display uses no more of one than this.
  return {
    stream: Object.assign(stream, { isTTY, columns: 120 }) as unknown as WriteStream,
    written: () => text,
  };
}

const figures = { messages: 12_345, messagesPerSecond: 1_234.5, share: 0.256, secondsLeft: 44 };

test('a terminal gets a bar with percentage, rate and time left, and lines that stay', () => {
  const { stream, written } = fakeStream(true);
  const display = createProgressDisplay(stream, new TestClock(0));
  display.show(figures);
  display.note('A line');
  display.wait('Waiting 8 s: shop is out of order');
  display.close();
  expect(written()).toContain('██████░░░░░░░░░░░░░░░░░░ 25 % | 12,345 messages, 1,235/s, 44 s left');
  expect(written()).toContain('A line\n');
  expect(written()).toContain('25 % | Waiting 8 s: shop is out of order');
  // The cursor is shown again.
  expect(written().lastIndexOf('\u001B[?25h')).toBeGreaterThan(written().lastIndexOf('\u001B[?25l'));
});

test('a file gets plain lines, one in ten seconds', () => {
  const { stream, written } = fakeStream(false);
  const clock = new TestClock(0);
  const display = createProgressDisplay(stream, clock);
  display.show(figures);
  clock.advance(10_000);
  display.show(figures);
  clock.advance(9_000);
  display.show(figures);
  display.wait('Waiting 8 s: shop is out of order');
  display.close();
  expect(written()).toBe('25 %, 12,345 messages, 1,235/s, 44 s left\nWaiting 8 s: shop is out of order\n');
});
