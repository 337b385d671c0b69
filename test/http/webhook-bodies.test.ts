import { PassThrough } from 'node:stream';
import type { IncomingMessage } from 'node:http';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Intake, type Arrived } from '../../src/http/webhook-bodies.ts';

const KIB = 1024;
const LIMITS = { maxBytes: 64 * KIB, arriveMs: 10_000 };

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});
afterEach(() => {
  vi.useRealTimers();
});

interface Sender {
  send(bytes: number): Promise<void>;
  stream: PassThrough;
  arrived: Promise<Arrived>;
}

function open(intake: Intake, maxBytes = 64 * KIB): Sender {
  const stream = new PassThrough({ highWaterMark: 1024 * KIB });
  // Of a request the intake uses what every stream has.
  const arrived = intake.read(stream as unknown as IncomingMessage, maxBytes);
  const send = async (bytes: number): Promise<void> => {
    stream.write(Buffer.alloc(bytes, 'x'));
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { stream, arrived, send };
}

async function isOpen({ arrived }: Sender): Promise<boolean> {
  return (await Promise.race([arrived, new Promise((resolve) => setImmediate(resolve, 'open'))])) === 'open';
}

test('a body arrives whole, however it was cut', async () => {
  const { stream, arrived } = open(new Intake(LIMITS));
  for (const byte of Buffer.from('你好, 48 KiB: '.repeat(3_000))) stream.write(Buffer.from([byte]));
  stream.end();
  expect(await arrived).toEqual({ body: '你好, 48 KiB: '.repeat(3_000) });
});

test.each([0, 6, 7, 100])('one in one piece arrives whole when %i bytes were announced', async (declared) => {
  const stream = new PassThrough();
  const arrived = new Intake(LIMITS).read(stream as unknown as IncomingMessage, 64 * KIB, declared);
  stream.end(Buffer.from('你好'));
  expect(await arrived).toEqual({ body: '你好' });
});

test('one that is too long is refused as soon as it is', async () => {
  const sender = open(new Intake(LIMITS), 20 * KIB);
  await sender.send(20 * KIB);
  expect(await isOpen(sender)).toBe(true);
  await sender.send(1);
  expect(await sender.arrived).toEqual({ status: 413 });
});

test('one that does not arrive in time is aborted', async () => {
  const sender = open(new Intake(LIMITS));
  await sender.send(1);
  vi.advanceTimersByTime(LIMITS.arriveMs - 1);
  expect(await isOpen(sender)).toBe(true);
  vi.advanceTimersByTime(1);
  expect(await sender.arrived).toEqual({ status: 408 });
});

test('the oldest gives way when memory is full, so those that arrive at once always do', async () => {
  const intake = new Intake(LIMITS);
  const slow = Array.from({ length: 8 }, () => open(intake));
  for (const sender of slow) await sender.send(1);
  // 16 KiB are set aside for each that has begun.
  expect(await Promise.all(slow.map(isOpen))).toEqual([false, false, false, false, true, true, true, true]);
  expect(await slow[0]?.arrived).toEqual({ status: 503 });
  const quick = open(intake);
  await quick.send(40 * KIB);
  quick.stream.end();
  expect(await quick.arrived).toEqual({ body: 'x'.repeat(40 * KIB) });
  // What has arrived or was given up takes no room any more.
  vi.advanceTimersByTime(LIMITS.arriveMs);
  const last = open(intake);
  await last.send(64 * KIB);
  expect(await isOpen(last)).toBe(true);
});

test('a sender who has gone leaves nothing', async () => {
  const intake = new Intake(LIMITS);
  const sender = open(intake);
  await sender.send(50 * KIB);
  sender.stream.destroy(new Error('gone'));
  expect(await sender.arrived).toBe('GONE');
  const next = open(intake);
  const other = open(intake);
  await next.send(32 * KIB);
  await other.send(32 * KIB);
  expect(await Promise.all([next, other].map(isOpen))).toEqual([true, true]);
});
