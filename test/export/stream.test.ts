import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { RecordsMissingError, UpstreamError } from '../../src/errors/upstream-error.ts';
import { RequestError } from '../../src/errors/request-error.ts';
import { ExportError } from '../../src/export/export-error.ts';
import type { ExportChunk, ExportWait } from '../../src/export/stream.ts';
import { begin, toNextState } from '../../src/export/target.ts';
import { checkSources } from '../../src/export/walk.ts';
import { WECHAT_ENDPOINTS } from '../../src/sandbox/wechat/sandbox.ts';
import { parseCsv } from '../support/parse-csv.ts';
import { parseParquet } from '../support/parse-parquet.ts';
import { TestClock } from '../support/test-clock.ts';
import { collect, openExportWorld, parseLines, toBytes, toText, type ExportWorld } from './export-world.ts';

const EACH = 150;
const NOW = Date.parse('2026-03-20T10:00:00.700Z');
const RUNNING_SECOND = '2026-03-20T10:00:00.000Z';

function openWorld(
  options: Parameters<typeof openExportWorld>[0] = {},
): Promise<ExportWorld & { clock: TestClock }> {
  const clock = new TestClock(NOW);
  return openExportWorld({ clock, messages: EACH, ...options }).then((world) =>
    Object.assign(world, { clock }),
  );
}

function idsOf(messages: readonly Record<string, unknown>[]): unknown[] {
  return messages.map(({ id }) => id);
}

async function failureOf(chunks: AsyncIterable<ExportChunk>): Promise<unknown> {
  try {
    await collect(chunks);
  } catch (error) {
    return error;
  }
  throw new Error('It did not fail');
}

test('all messages of all providers come once, oldest first, and no rule is broken', async () => {
  const { stream, sandbox } = await openWorld();
  const chunks = await collect(stream());
  const lines = parseLines(toText(chunks));
  expect(lines).toHaveLength(4 * EACH);
  expect(new Set(lines.map(({ id }) => id)).size).toBe(4 * EACH);
  const places = lines.map(({ sentAt, channel }) => `${String(sentAt)} ${String(channel)}`);
  expect(places).toEqual([...places].sort());
  expect(chunks.map(({ isLast }) => isLast).indexOf(true)).toBe(chunks.length - 1);
  expect(chunks.reduce((sum, { messages }) => sum + messages, 0)).toBe(4 * EACH);
  expect(sandbox.violations()).toEqual([]);
});

test('CSV is the same messages, with one head', async () => {
  const { stream } = await openWorld();
  const lines = parseLines(toText(await collect(stream())));
  const [head = [], ...rows] = parseCsv(toText(await collect(stream({ format: 'csv' }))));
  expect(head.slice(0, 3)).toEqual(['id', 'provider', 'channel']);
  expect(rows.map(([id]) => id)).toEqual(lines.map(({ id }) => id));
});

test.each(['ndjson', 'csv'] as const)(
  'from behind any chunk, in another process, %s continues with the next byte',
  async (format) => {
    const { stream, openAnother, walk } = await openWorld();
    // Without WhatsApp, which signs its addresses anew at each time.
    const fixed = walk({ channels: ['broadcast', 'corp', 'shop'] });
    const chunks = await collect(stream({ format, walk: fixed }));
    const whole = toText(chunks);
    expect(chunks.length).toBeGreaterThanOrEqual(5);
    for (const [index, { cursor, isLast }] of chunks.entries()) {
      if (isLast) continue;
      const gateway = await openAnother();
      const before = chunks.slice(0, index + 1);
      const written = { bytes: toBytes(before).length, groups: [] };
      const rest = await collect(stream({ format, walk: fixed, cursor, written, from: gateway }));
      expect(toText(before) + toText(rest)).toBe(whole);
      await gateway.close();
    }
  },
);

test('from behind any chunk, in another process and in pages of another size, Parquet comes to the same bytes', async () => {
  const { stream, openAnother, walk } = await openWorld({ messages: 1_200 });
  // Without WhatsApp, which signs its addresses anew at each time.
  const fixed = walk({ channels: ['broadcast', 'corp', 'shop'] });
  const whole = await collect(stream({ format: 'parquet', walk: fixed, pageSize: 700 }));
  // No row group ends where a page does.
  expect(whole.map(({ written }) => written).filter((count) => count > 0)).toEqual([1_000, 2_000, 600]);
  expect(whole.length).toBeGreaterThanOrEqual(6);
  const bytes = toBytes(whole);
  expect((await parseParquet(bytes)).map(({ id }) => id)).toEqual(
    parseLines(toText(await collect(stream({ walk: fixed })))).map(({ id }) => id),
  );
  let state = begin(fixed);
  for (const chunk of whole) {
    const gateway = await openAnother();
    const { cursor } = state;
    const rest = await collect(
      stream({ format: 'parquet', walk: fixed, from: gateway, pageSize: 450, cursor, written: state }),
    );
    expect(Buffer.concat([bytes.subarray(0, state.bytes), toBytes(rest)]).equals(bytes)).toBe(true);
    expect(rest.reduce((sum, { messages }) => sum + messages, state.messages)).toBe(3_600);
    await gateway.close();
    state = toNextState(state, chunk);
  }
  expect(state).toMatchObject({ bytes: bytes.length, messages: 3_600 });
});

test('what arrives during an export stays out of it, and is in the next', async () => {
  const { stream, walk, sandbox, clock } = await openWorld({ messages: EACH });
  const first = walk();
  expect(new Date(first.until).toISOString()).toBe(RUNNING_SECOND);
  const lines: Record<string, unknown>[] = [];
  for await (const chunk of stream({ walk: first })) {
    lines.push(...parseLines(toText([chunk])));
    clock.advance(2_000);
    sandbox.wechat.add({});
    sandbox.whatsApp.add({});
  }
  expect(lines).toHaveLength(4 * EACH);
  clock.advance(2_000);
  const updates = await collect(stream({ walk: walk({ since: first.until }) }));
  expect(parseLines(toText(updates)).length).toBeGreaterThan(0);
  expect(parseLines(toText(updates)).every(({ sentAt }) => String(sentAt) >= RUNNING_SECOND)).toBe(true);
});

test('a span of time and channels cut out what they say', async () => {
  const { stream, walk } = await openWorld();
  const all = parseLines(toText(await collect(stream())));
  const times = all.map(({ sentAt }) => Date.parse(String(sentAt)));
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...times),
      fc.constantFrom(...times),
      fc.subarray(['broadcast', 'corp', 'shop', 'whatsapp'], { minLength: 1 }),
      async (a, b, channels) => {
        fc.pre(a !== b);
        const [since, until] = [Math.min(a, b), Math.max(a, b)];
        const some = parseLines(toText(await collect(stream({ walk: walk({ since, until, channels }) }))));
        const expected = all.filter(({ channel, sentAt }) => {
          const time = Date.parse(String(sentAt));
          return time >= since && time < until && channels.includes(String(channel));
        });
        expect(idsOf(some)).toEqual(idsOf(expected));
      },
    ),
    { numRuns: 8 },
  );
});

test('pages that are cut short by their budget of calls lose nothing', async () => {
  const { stream } = await openWorld({ limits: { upstreamCallsPerRequest: 6 } });
  const chunks = await collect(stream());
  expect(chunks.some(({ messages, isLast }) => messages === 0 && !isLast)).toBe(true);
  expect(new Set(parseLines(toText(chunks)).map(({ id }) => id)).size).toBe(4 * EACH);
});

test('without any message, there is still the head of a table', async () => {
  const { stream } = await openWorld({ messages: 0 });
  expect(toText(await collect(stream()))).toBe('');
  expect(parseCsv(toText(await collect(stream({ format: 'csv' }))))).toHaveLength(1);
});

test('a provider that fails in the middle is waited for, and nothing is missing', async () => {
  const { stream, sandbox, openAnother } = await openWorld();
  const whole = parseLines(toText(await collect(stream())));
  const from = await openAnother();
  onTestFinished(() => from.close());
  const waits: ExportWait[] = [];
  let pages = 0;
  const chunks: ExportChunk[] = [];
  for await (const chunk of stream({
    from,
    patienceMs: 300_000,
    onWait: (wait) => {
      waits.push(wait);
      if (waits.length === 4) sandbox.whatsApp.server.knobs.fault = null;
    },
  })) {
    chunks.push(chunk);
    if (++pages === 2) sandbox.whatsApp.server.knobs.fault = 'html';
  }
  expect(idsOf(parseLines(toText(chunks)))).toEqual(idsOf(whole));
  expect(waits.map(({ milliseconds }) => milliseconds)).toEqual([1_000, 2_000, 4_000, 8_000]);
  expect(waits[0]?.reason).toMatch(/^whatsapp \(WHATSAPP_SCRM\): UPSTREAM_BAD_RESPONSE: ./);
});

test('a provider that says when to come back is not asked before', async () => {
  const { stream, sandbox } = await openWorld({ messages: 20 });
  sandbox.wechat.server.knobs.fault = 'too-many-requests';
  const waits: number[] = [];
  const chunks = await collect(
    stream({
      patienceMs: 60_000,
      onWait: ({ milliseconds }) => {
        waits.push(milliseconds);
        sandbox.wechat.server.knobs.fault = null;
      },
    }),
  );
  expect(waits).toEqual([7_000]);
  expect(parseLines(toText(chunks))).toHaveLength(80);
});

test('a provider that stays away ends the export when patience does, and from there it goes on', async () => {
  const { stream, walk, sandbox, clock } = await openWorld();
  const fixed = walk();
  const taken: ExportChunk[] = [];
  const began = clock.now();
  const failing = (async () => {
    for await (const chunk of stream({ walk: fixed, patienceMs: 100_000 })) {
      taken.push(chunk);
      if (taken.length === 2) sandbox.whatsApp.server.knobs.fault = 'reset';
    }
  })();
  await expect(failing).rejects.toThrow(UpstreamError);
  // 1 + 2 + 4 + 8 + 16 + 30 + 30 and what is left.
  expect(clock.now() - began).toBeGreaterThanOrEqual(100_000);
  expect(clock.now() - began).toBeLessThan(102_000);
  sandbox.whatsApp.server.knobs.fault = null;
  clock.advance(10_000);
  const rest = await collect(stream({ walk: fixed, cursor: taken.at(-1)?.cursor ?? null }));
  expect(parseLines(toText([...taken, ...rest]))).toHaveLength(4 * EACH);
});

test('a provider that is short of messages is waited for, then ends the export, and from there it goes on', async () => {
  const { stream, walk, sandbox, clock } = await openWorld();
  const { records, server } = sandbox.whatsApp;
  const hidden = String(records.toSorted((a, b) => a.chatTime - b.chatTime)[100]?.id);
  server.knobs.rewriteRecords = (listed) => listed.filter(({ id }) => id !== hidden);
  // What has settled: the present may still grow.
  clock.advance(86_400_000);
  const fixed = walk();
  const taken: ExportChunk[] = [];
  const waits: number[] = [];
  const failing = (async () => {
    const onWait = ({ milliseconds }: ExportWait): void => {
      waits.push(milliseconds);
    };
    for await (const chunk of stream({ walk: fixed, patienceMs: 10_000, onWait })) taken.push(chunk);
  })();
  await expect(failing).rejects.toThrow(RecordsMissingError);
  expect(waits.length).toBeGreaterThan(0);
  expect(taken.filter(({ isLast }) => isLast)).toEqual([]);
  server.knobs.rewriteRecords = null;
  const rest = await collect(stream({ walk: fixed, cursor: taken.at(-1)?.cursor ?? null }));
  const ids = idsOf(parseLines(toText([...taken, ...rest])));
  expect([ids.length, new Set(ids).size]).toEqual([4 * EACH, 4 * EACH]);
});

test('wrong credentials end the export at once', async () => {
  const { stream, clock } = await openWorld({
    channels: ({ channels }) =>
      channels.map((entry) => (entry['name'] === 'whatsapp' ? { ...entry, apiKey: 'wrong' } : entry)),
  });
  const failure = await failureOf(stream({ patienceMs: 300_000 }));
  expect(failure).toMatchObject({ name: 'UpstreamError', code: 'UPSTREAM_AUTH_FAILED', channel: 'whatsapp' });
  expect(clock.now()).toBe(NOW);
});

test('a wait that would outlast patience is not begun', async () => {
  const { stream, sandbox, clock } = await openWorld({ messages: 20 });
  sandbox.wechat.refuse(WECHAT_ENDPOINTS.messages, 45009, 100);
  const failure = await failureOf(stream({ patienceMs: 300_000 }));
  expect(failure).toMatchObject({ name: 'UpstreamError', code: 'UPSTREAM_RATE_LIMITED' });
  expect(clock.now()).toBe(NOW);
});

test('when pages bring nothing and do not get on, it says what to look at', async () => {
  const { stream } = await openWorld({ messages: 20, limits: { upstreamCallsPerRequest: 1 } });
  const failure = await failureOf(stream({ walk: (await openWorld()).walk({ channels: ['shop'] }) }));
  expect(failure).toBeInstanceOf(ExportError);
  expect(String(failure)).toContain('limits.upstreamCallsPerRequest');
});

test('a signal ends it after the page under way', async () => {
  const { stream } = await openWorld();
  const afterPage = new AbortController();
  let pages = 0;
  for await (const chunk of stream({ signal: afterPage.signal })) {
    expect(chunk.isLast).toBe(false);
    if (++pages === 2) afterPage.abort();
  }
  expect(pages).toBe(2);
});

test('a signal ends it while it waits', async () => {
  const { stream, sandbox, clock } = await openWorld();
  sandbox.wechat.server.knobs.fault = 'html';
  const inWait = new AbortController();
  const began = clock.now();
  const chunks = await collect(
    stream({
      patienceMs: 300_000,
      signal: inWait.signal,
      onWait: () => {
        inWait.abort();
      },
    }),
  );
  expect(chunks).toHaveLength(0);
  expect(clock.now()).toBe(began);
});

test('a cursor of another walk is refused', async () => {
  const { stream, walk } = await openWorld();
  const [chunk] = await collect(stream());
  const failure = await failureOf(
    stream({ walk: walk({ channels: ['shop'] }), cursor: chunk?.cursor ?? null }),
  );
  expect(failure).toBeInstanceOf(RequestError);
  expect(failure).toMatchObject({ code: 'BAD_CURSOR' });
});

test('a request that cannot be met is refused with the reason', async () => {
  const { walk } = await openWorld({ messages: 0 });
  expect(() => walk({ channels: ['shop', 'shpo'] })).toThrow(
    'There is no channel shpo; the configuration has shop, corp, broadcast, whatsapp.',
  );
  const day = Date.parse('2026-03-19T00:00:00Z');
  expect(() => walk({ since: day, until: day })).toThrow(ExportError);
  expect(() => walk({ since: NOW + 5_000 })).toThrow(ExportError);
  expect(walk({ until: NOW + 5_000 }).until).toBe(Date.parse(RUNNING_SECOND));
});

test('a walk whose sources have changed is refused, and says how', async () => {
  const { walk, gateway } = await openWorld({ messages: 0 });
  const { sources, ...rest } = walk();
  expect(() => {
    checkSources({ sources, ...rest }, gateway.channels);
  }).not.toThrow();
  expect(() => {
    checkSources({ ...rest, sources: ['broadcast/@TOA#_GONE', ...sources.slice(1)] }, gateway.channels);
  }).toThrow(`broadcast/@TOA#_GONE is gone, ${sources[0] ?? ''} is new`);
});

test('an export beside a gateway on the same store leaves alone what was pushed to it', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'gateway-export-'));
  onTestFinished(() => {
    rmSync(directory, { recursive: true });
  });
  const world = await openWorld({ messages: 5, store: `sqlite:${join(directory, 'gateway.db')}` });
  const { gateway, openAnother, sandbox, stream, clock } = world;
  const { event, headers, body } = sandbox.whatsApp.pushes.msgSync([sandbox.whatsApp.add({})]);
  const request = { event, method: 'POST', query: new URLSearchParams(), headers, body } as const;
  const result = gateway.live.receiver('whatsapp')?.receive({ ...request, receivedAt: clock.now() });
  if (!result?.isAccepted) throw new Error('The delivery was refused');
  await gateway.live.inbox.accept('whatsapp', result.items, clock.now());
  const beside = await openAnother();
  expect(parseLines(toText(await collect(stream({ from: beside }))))).toHaveLength(20);
  expect(await beside.live.inbox.waiting('whatsapp', 10)).toHaveLength(result.items.length);
  await beside.close();
  const serving = await openAnother();
  await serving.live.start();
  while ((await serving.live.inbox.waiting('whatsapp', 10)).length > 0) await new Promise(setImmediate);
  expect(await serving.live.feed.lastId()).toBeGreaterThan(0);
  await serving.close();
});
