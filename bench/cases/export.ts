import type { BenchCase, Figures } from '../bench-case.ts';
import { startGateway } from '../gateway.ts';
import { expectEqual } from '../graphql.ts';
import { startMeasured, withMeasured, type MeasuredProcess } from '../measured-process.ts';
import { recordNativePages } from '../native-pages.ts';
import type { NativePages } from '../rest.ts';
import { openWorld, type World } from '../world.ts';

const MESSAGES = { full: 5_000, quick: 50 };

/** The whole history as NDJSON, by a new process over an empty store. */
export const exporting: BenchCase = {
  name: 'export',
  title: 'The whole history as NDJSON, read from the providers',
  prepare: async ({ isQuick }) => {
    const messages = MESSAGES[isQuick ? 'quick' : 'full'];
    const world = await openWorld({ messages });
    const { reference, pages } = await recordExport(world);
    if (reference.length !== 4 * messages) throw new Error(`There are ${reference.length} messages`);
    world.rest.native = pages;
    const variants = new Map([
      [
        'ours',
        {
          does: 'signs its calls, checks and stores what comes, merges by time, seals ids; each page is in the audit log',
          measure: () => withMeasured(startGateway(world), (measured) => measureExport(measured, reference)),
        },
      ],
      [
        'raw',
        {
          does: 'gets the same native pages from a server that has them ready, maps ids and times, and writes one channel beside the other',
          measure: () =>
            withMeasured(startMeasured(['bench/raw/export.ts', world.rest.url]), (measured) =>
              measureExport(measured, reference),
            ),
        },
      ],
    ]);
    return { variants, close: () => world.close() };
  },
};

async function recordExport(world: World): Promise<{ reference: string[]; pages: NativePages }> {
  const { channels, pages, close } = await recordNativePages(world);
  try {
    const lines = await withMeasured(startGateway({ ...world, channels }), ({ url }) => readLines(url));
    return { reference: lines.map(toIdentity).sort(), pages };
  } finally {
    await close();
  }
}

async function measureExport(
  { url, cpuMs, peakBytes }: MeasuredProcess,
  reference: readonly string[],
): Promise<Figures> {
  const cpuBefore = cpuMs();
  const loadBefore = process.cpuUsage();
  const beganAt = performance.now();
  const lines = await readLines(url);
  const elapsedMs = performance.now() - beganAt;
  const { user, system } = process.cpuUsage(loadBefore);
  const cpu = cpuMs() - cpuBefore;
  expectEqual(lines.map(toIdentity).sort(), reference, 'lines');
  return {
    'messages/s': (lines.length / elapsedMs) * 1000,
    'CPU ms for 1000': (cpu / lines.length) * 1000,
    'peak memory, MB': peakBytes() / 1_000_000,
    "load's core %": ((user + system) / 1000 / elapsedMs) * 100,
  };
}

async function readLines(url: string): Promise<string[]> {
  const response = await fetch(new URL('/export?format=ndjson', url));
  if (response.status !== 200) throw new Error(`The export answered ${response.status}`);
  const text = await response.text();
  return text.split('\n').slice(0, -1);
}

/** What is the same in whatever form a message is written. */
function toIdentity(line: string): string {
  const { channel, nativeId, sentAt } = JSON.parse(line) as Record<
    'channel' | 'nativeId' | 'sentAt',
    unknown
  >;
  return JSON.stringify([channel, sentAt, nativeId]);
}
