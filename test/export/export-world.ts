import { onTestFinished } from 'vitest';
import { stringify } from 'yaml';
import { ANONYMOUS } from '../../src/access/caller.ts';
import { parseConfig } from '../../src/config/read-config.ts';
import { systemClock, type Clock } from '../../src/util/clock.ts';
import { createFormatWriter } from '../../src/export/format-writer.ts';
import type { WrittenState } from '../../src/export/written.ts';
import type { ExportFormat } from '../../src/export/formats.ts';
import { streamExport, type ExportChunk, type StreamOptions } from '../../src/export/stream.ts';
import { fixWalk, type ExportRequest, type ExportWalk } from '../../src/export/walk.ts';
import type { GatewayConfig } from '../../src/config/settings.ts';
import type { Gateway } from '../../src/gateway/gateway.ts';
import { startSandboxes, type Sandboxes, type SandboxOptions } from '../../src/sandbox/start.ts';
import { createTestLocation } from '../support/test-store.ts';
import { openReading, type OpenReading } from '../support/open-reading.ts';

export const SECRET = Buffer.alloc(32, 7).toString('base64');

export const ALL: ExportRequest = { channels: null, since: null, until: null };

export interface ExportWorld {
  sandbox: Sandboxes;
  config: GatewayConfig;
  gateway: OpenReading;
  /** As a caller sees it whom nothing is hidden from. */
  view: Gateway;
  /** As another process would have it; whoever asks closes it. */
  openAnother: () => Promise<OpenReading>;
  /** As a request sees the channels now. */
  walk: (request?: Partial<ExportRequest>) => ExportWalk;
  /** Everything that is left out is as for a whole export to NDJSON. */
  stream: (
    options?: Partial<StreamOptions> & { format?: ExportFormat; from?: OpenReading; written?: WrittenState },
  ) => AsyncGenerator<ExportChunk>;
}

export interface ExportWorldOptions extends Partial<SandboxOptions> {
  clock?: Clock;
  limits?: Record<string, number>;
  store?: string;
  /** The section of the configuration. */
  auth?: Record<string, unknown>;
  channels?: (sandbox: Sandboxes) => Record<string, unknown>[];
}

/** The gateway over played providers, until the running test ends. */
export async function openExportWorld(options: ExportWorldOptions = {}): Promise<ExportWorld> {
  const {
    clock = systemClock,
    limits = {},
    store,
    auth,
    channels = (all: Sandboxes) => all.channels,
    ...rest
  } = options;
  const sandbox = await startSandboxes({ seed: 1, now: () => clock.now(), weComReachDays: 365, ...rest });
  onTestFinished(() => sandbox.close());
  const config = parseConfig(
    stringify({
      store: await createTestLocation(store),
      secret: SECRET,
      limits,
      ...(auth && { auth }),
      channels: channels(sandbox),
    }),
    {
      source: 'a test',
      directory: process.cwd(),
      environment: {},
    },
  );
  const openAnother = (): Promise<OpenReading> => openReading(config, clock);
  const gateway = await openAnother();
  onTestFinished(() => gateway.close());
  const walk: ExportWorld['walk'] = (request = {}) =>
    fixWalk({ ...ALL, ...request }, gateway.channels, clock.now());
  return {
    sandbox,
    config,
    gateway,
    view: viewOf(gateway),
    openAnother,
    walk,
    stream: ({ format = 'ndjson', from = gateway, written, ...changes } = {}) =>
      streamExport(
        { ...viewOf(from), clock },
        {
          walk: changes.walk ?? walk(),
          writer: createFormatWriter(format, viewOf(from), written && { written }),
          cursor: null,
          pageSize: 100,
          patienceMs: 0,
          signal: new AbortController().signal,
          onWait: () => undefined,
          ...changes,
        },
      ),
  };
}

function viewOf(gateway: OpenReading): Gateway {
  return gateway.createContext(ANONYMOUS).gateway;
}

export async function collect(chunks: AsyncIterable<ExportChunk>): Promise<ExportChunk[]> {
  const collected: ExportChunk[] = [];
  for await (const chunk of chunks) collected.push(chunk);
  return collected;
}

export function toText(chunks: readonly ExportChunk[]): string {
  return toBytes(chunks).toString();
}

export function toBytes(chunks: readonly ExportChunk[]): Buffer {
  return Buffer.concat(chunks.map(({ bytes }) => bytes));
}

export function parseLines(text: string): Record<string, unknown>[] {
  if (text !== '' && !text.endsWith('\n')) throw new Error('The last line has no end');
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}
