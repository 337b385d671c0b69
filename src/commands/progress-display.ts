import { SingleBar } from 'cli-progress';
import type { Clock } from '../util/clock.ts';
import type { ProgressFigures } from '../export/progress.ts';

/** Shows the progress of a long command. */
export interface ProgressDisplay {
  show(figures: ProgressFigures): void;
  /** Shows that it waits, and why. */
  wait(reason: string): void;
  /** Prints a line that stays. */
  note(line: string): void;
  /** Removes the bar. */
  close(): void;
}

const LINE_EVERY_MS = 10_000;
/** The bar counts in thousandths. */
const WHOLE = 1_000;

/** @param stream a moving bar if it is a terminal, else a line now and then */
export function createProgressDisplay(stream: NodeJS.WriteStream, clock: Clock): ProgressDisplay {
  return stream.isTTY ? createBar(stream) : createLines(stream, clock);
}

function createBar(stream: NodeJS.WriteStream): ProgressDisplay {
  const bar = new SingleBar({
    format: '{bar} {percent} | {figures}',
    barsize: 24,
    barCompleteChar: '█',
    barIncompleteChar: '░',
    stream,
    clearOnComplete: true,
    hideCursor: true,
    gracefulExit: false,
  });
  let value = 0;
  let texts = { percent: '0 %', figures: '' };
  bar.start(WHOLE, value, texts);
  return {
    show: (figures) => {
      value = Math.floor(figures.share * WHOLE);
      texts = { percent: toPercent(figures), figures: toText(figures) };
      bar.update(value, texts);
    },
    wait: (reason) => {
      bar.update(value, { ...texts, figures: reason });
    },
    note: (line) => {
      bar.stop();
      stream.write(`${line}\n`);
      bar.start(WHOLE, value, texts);
    },
    close: () => {
      bar.stop();
    },
  };
}

function createLines(stream: NodeJS.WriteStream, clock: Clock): ProgressDisplay {
  let shownAt = clock.monotonic();
  const note = (line: string): void => {
    stream.write(`${line}\n`);
  };
  return {
    show: (figures) => {
      if (clock.monotonic() - shownAt < LINE_EVERY_MS) return;
      shownAt = clock.monotonic();
      note(`${toPercent(figures)}, ${toText(figures)}`);
    },
    wait: note,
    note,
    close: () => undefined,
  };
}

function toPercent({ share }: ProgressFigures): string {
  return `${Math.floor(share * 100)} %`;
}

/** @returns `1,234,000 messages, 5,120/s, 3 min left` */
export function toText({ messages, messagesPerSecond, secondsLeft }: ProgressFigures): string {
  const left = secondsLeft === null ? [] : [`${toDuration(secondsLeft)} left`];
  return [`${toCount(messages)} messages`, `${toCount(messagesPerSecond)}/s`, ...left].join(', ');
}

export function toCount(count: number): string {
  return Math.round(count).toLocaleString('en-US');
}

/** @returns `45 s`, `12 min` or `3 h 20 min` */
export function toDuration(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`;
  const minutes = Math.ceil(seconds / 60);
  return minutes < 90 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
