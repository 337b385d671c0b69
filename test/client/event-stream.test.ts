import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readEventStream, type ServerSentEvent } from '../../src/client/event-stream.ts';

interface Source {
  read: () => Promise<{ done: boolean; value?: Uint8Array }>;
  reads: number;
}

function sourceOf(chunks: readonly Uint8Array[]): Source {
  const source: Source = {
    reads: 0,
    read: () => {
      const value = chunks[source.reads++];
      return Promise.resolve(value ? { done: false, value } : { done: true });
    },
  };
  return source;
}

async function readAll(chunks: readonly Uint8Array[]): Promise<ServerSentEvent[]> {
  const events: ServerSentEvent[] = [];
  for await (const event of readEventStream(sourceOf(chunks).read)) events.push(event);
  return events;
}

test('events are the same wherever the network cuts their bytes', async () => {
  const text = fc.string({ unit: 'grapheme' }).map((line) => line.replaceAll(/[\r\n]/g, ''));
  const event = fc.record({ event: text, data: fc.array(text, { minLength: 1 }) });
  await fc.assert(
    fc.asyncProperty(
      fc.array(event),
      fc.constantFrom('\n', '\r\n'),
      fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 }),
      async (events, newline, sizes) => {
        const lines = events.flatMap(({ event: name, data }) => [
          ': ping',
          '',
          `event: ${name}`,
          ...data.map((line) => `data: ${line}`),
          '',
        ]);
        const bytes = new TextEncoder().encode(lines.map((line) => line + newline).join(''));
        const chunks: Uint8Array[] = [];
        for (let at = 0; at < bytes.length;) {
          const chunk = bytes.subarray(at, at + (sizes[chunks.length % sizes.length] ?? 1));
          chunks.push(chunk);
          at += chunk.length;
        }
        expect(await readAll(chunks)).toEqual(
          events.map(({ event: name, data }) => ({ event: name, data: data.join('\n') })),
        );
      },
    ),
  );
});

test('no more is read than is asked for', async () => {
  const chunk = new TextEncoder().encode('event: next\ndata: 1\n\n');
  const source = sourceOf([chunk, chunk, chunk]);
  const events = readEventStream(source.read);
  expect(source.reads).toBe(0);
  await events.next();
  expect(source.reads).toBe(1);
  await events.next();
  expect(source.reads).toBe(2);
  await events.return();
});
