import { pino } from 'pino';
import { afterEach, describe, expect, test } from 'vitest';
import { UpstreamError } from '../../../src/errors/upstream-error.ts';
import type { MessageRecord } from '../../../src/domain/records.ts';
import { WIDEST_QUOTA } from '../../../src/sandbox/sandbox.ts';
import type { WhatsAppKnobs } from '../../../src/sandbox/whatsapp-scrm/sandbox.ts';
import { createDependencies, TestBudget } from '../../support/dependencies.ts';
import { createWalk, walkAll } from '../../support/walk-source.ts';
import { NOW, onlySource, openWorld, type WhatsAppWorld } from './world.ts';

const MINUTE_MS = 60_000;

describe('reading a range through numbered pages', () => {
  let world: WhatsAppWorld;
  afterEach(() => world.close());

  function ids(messages: readonly MessageRecord[]): (string | null)[] {
    return messages.map(({ nativeId }) => nativeId);
  }

  test.each<WhatsAppKnobs['pageOrder']>(['id-asc', 'id-desc', 'time-asc', 'time-desc', 'shuffled'])(
    'hides nothing when messages come in between two of its pages, listed %s',
    async (pageOrder) => {
      world = await openWorld({ messages: 0, knobs: { pageOrder, maxPageSize: 10 } });
      for (let i = 0; i < 95; i++) world.sandbox.add({ chatTime: NOW - (i + 1) * 7_000 });
      const before = world.ids();
      let more = 12;
      world.sandbox.server.knobs.beforePage = ({ current }) => {
        if (current > 1 && more-- > 0) world.sandbox.add({ chatTime: NOW - more * 40_000, createTime: NOW });
      };
      const { messages } = await walkAll(onlySource(world.createChannel()), createWalk('DESC', NOW));
      const found = ids(messages);
      expect(new Set(found).size).toBe(found.length);
      expect(before.filter((id) => !found.includes(id))).toEqual([]);
      expect(more).toBeLessThan(1);
    },
  );

  test('does not join an earlier page with later ones that were kept before it changed', async () => {
    world = await openWorld({ messages: 0, knobs: { pageOrder: 'id-desc', maxPageSize: 10 } });
    for (let i = 0; i < 25; i++) world.sandbox.add({ chatTime: NOW - 120 * MINUTE_MS - i * 1_000 });
    // The first page's URLs die soon, so that it alone is fetched again.
    const url = 'https://oss.example/a.jpg?Expires=';
    const dying = {
      filename: 'a.jpg',
      url: `${url}${(NOW + 10 * MINUTE_MS) / 1000}`,
      mimeType: 'image/jpeg',
      caption: '',
    };
    world.sandbox.add({ chatTime: NOW - 119 * MINUTE_MS, contentType: 1, content: dying });
    const source = onlySource(world.createChannel());
    const bounds = { oldest: NOW - 200 * MINUTE_MS, newest: NOW - 100 * MINUTE_MS };
    expect((await walkAll(source, createWalk('DESC', NOW, bounds))).messages).toHaveLength(26);
    world.clock.advance(20 * MINUTE_MS);
    for (let i = 0; i < 5; i++) world.sandbox.add({ chatTime: NOW - 118 * MINUTE_MS, createTime: NOW });
    const { messages } = await walkAll(source, createWalk('DESC', world.clock.now(), bounds));
    expect(ids(messages)).toEqual(world.ids().reverse());
  });

  test.each(['right', 'page', 'one', 'huge'] as const)(
    'a record without a time hides no other, with totals that are %s',
    async (totals) => {
      world = await openWorld({ messages: 0, knobs: { totals, maxPageSize: 10, pageOrder: 'time-asc' } });
      for (let i = 0; i < 45; i++)
        world.sandbox.add({ chatTime: NOW - (i + 1) * 1_000, createTime: NOW - 500 });
      const [timeless, , late] = world.ids();
      world.sandbox.server.knobs.rewriteRecords = (records) =>
        records.map(({ chatTime, createTime, ...record }) => ({
          ...record,
          ...(record['id'] === timeless ? {} : { createTime }),
          ...(record['id'] === timeless || record['id'] === late ? {} : { chatTime }),
        }));
      const warnings: string[] = [];
      const log = pino({ level: 'warn' }, { write: (line: string) => void warnings.push(line) });
      const channel = world.createChannel({ ...createDependencies(world.clock), log });
      const { messages } = await walkAll(onlySource(channel), createWalk('ASC', NOW));
      expect(ids(messages).toSorted()).toEqual(
        world
          .ids()
          .filter((id) => id !== timeless)
          .toSorted(),
      );
      expect(messages.find(({ nativeId }) => nativeId === late)).toMatchObject({ sentAt: NOW - 500 });
      expect(warnings.length).toBeGreaterThan(0);
      for (const line of warnings) expect(JSON.parse(line)).toMatchObject({ leftOutCount: 1 });
    },
  );

  test('a page that came over and over is asked for again once the provider has recovered', async () => {
    world = await openWorld({ messages: 0, knobs: { maxPageSize: 10 } });
    for (let i = 0; i < 45; i++) world.sandbox.add({ chatTime: NOW - 120 * MINUTE_MS - i * 1_000 });
    const source = onlySource(world.createChannel(undefined, { quota: { ...WIDEST_QUOTA, pageSize: 10 } }));
    const bounds = { oldest: NOW - 200 * MINUTE_MS, newest: NOW - 100 * MINUTE_MS };
    world.sandbox.server.knobs.fault = 'stuck-cursor';
    await expect(walkAll(source, createWalk('DESC', NOW, bounds))).rejects.toMatchObject({
      code: 'UPSTREAM_BAD_RESPONSE',
    });
    world.sandbox.server.knobs.fault = null;
    const { messages } = await walkAll(source, createWalk('DESC', NOW, bounds));
    expect(ids(messages)).toEqual(world.ids().reverse());
  });

  test('what is listed outside of its range, by when it was taken down, is told', async () => {
    world = await openWorld({ messages: 0 });
    world.sandbox.add({ chatTime: NOW - 90_000_000 });
    const strange = world.sandbox.add({ chatTime: NOW - 90_000_500, createTime: NOW - 100 });
    world.sandbox.server.knobs.rewriteRecords = (records) =>
      records.map((record) => (record['id'] === String(strange.id) ? { ...record, chatTime: null } : record));
    const warnings: string[] = [];
    const log = pino({ level: 'warn' }, { write: (line: string) => void warnings.push(line) });
    const channel = world.createChannel({ ...createDependencies(world.clock), log });
    const bounds = { newest: NOW - 80_000_000 };
    const { messages } = await walkAll(onlySource(channel), createWalk('DESC', NOW, bounds));
    expect(messages).toHaveLength(1);
    expect(warnings.map((line) => JSON.parse(line) as unknown)).toMatchObject([{ leftOutCount: 1 }]);
  });

  test('reads a second with thousands of messages, which cannot be split', async () => {
    world = await openWorld({ messages: 0 });
    for (let i = 0; i < 2_345; i++) world.sandbox.add({ chatTime: NOW - 5_000_000 });
    for (let i = 0; i < 3; i++) world.sandbox.add({ chatTime: NOW - 5_001_000 });
    const { messages, calls } = await walkAll(onlySource(world.createChannel()), createWalk('ASC', NOW), 500);
    expect(ids(messages)).toEqual(world.ids());
    expect(calls).toBeLessThan(120);
    expect(new Set(messages.map(({ key }) => key)).size).toBe(2_348);
  });

  test('tells records without ids apart, even when they are alike', async () => {
    world = await openWorld({ messages: 300, seed: 5, knobs: { hasIds: false, pageOrder: 'time-asc' } });
    const twice = {
      chatTime: NOW - 90_000,
      createTime: NOW - 80_000,
      friendWhatsId: '905343600001',
      content: 'Hi',
    };
    const first = world.sandbox.add(twice);
    world.sandbox.add({ ...first, ...twice });
    const { messages } = await walkAll(onlySource(world.createChannel()), createWalk('ASC', NOW), 33);
    expect(messages).toHaveLength(302);
    expect(new Set(messages.map(({ key }) => key)).size).toBe(302);
    expect(messages.every(({ nativeId }) => nativeId === null)).toBe(true);
  });

  test('refuses a provider that answers every page number with the first page', async () => {
    world = await openWorld({ messages: 0, knobs: { beyondLast: 'first page always', totals: 'huge' } });
    for (let i = 0; i < 150; i++) world.sandbox.add({ chatTime: NOW - 5_000_000 });
    const walk = walkAll(onlySource(world.createChannel()), createWalk('DESC', NOW));
    await expect(walk).rejects.toThrow(UpstreamError);
    await expect(walk).rejects.toMatchObject({ code: 'UPSTREAM_BAD_RESPONSE' });
    expect(world.calls()).toBeLessThan(30);
  });

  test('asks for times in pairs, a millisecond more than it keeps at each end', async () => {
    const asked: Record<string, unknown>[] = [];
    world = await openWorld({ messages: 50, knobs: { beforePage: ({ info }) => asked.push(info) } });
    await walkAll(onlySource(world.createChannel()), createWalk('DESC', NOW));
    expect(asked.length).toBeGreaterThan(2);
    for (const { startChatTime, endChatTime } of asked) {
      expect([(Number(startChatTime) + 1) % 1000, Number(endChatTime) % 1000]).toEqual([0, 0]);
    }
  });

  test('a message whose URL is about to die is asked for anew, one whose URL is dead is kept', async () => {
    world = await openWorld({ messages: 0 });
    const content = (expires: number) => ({
      filename: 'null',
      url: `https://oss.example/a.jpg?Expires=${expires}`,
    });
    world.sandbox.add({ chatTime: NOW - 30 * 86_400_000, contentType: 1, content: content(1_742_354_786) });
    const channel = world.createChannel(createDependencies(world.clock));
    const bounds = { newest: NOW - 20 * 86_400_000 };
    await walkAll(onlySource(channel), createWalk('DESC', NOW, bounds));
    expect((await walkAll(onlySource(channel), createWalk('DESC', NOW, bounds))).calls).toBe(0);
    world.sandbox.add({
      chatTime: NOW - 31 * 86_400_000,
      contentType: 1,
      content: content(NOW / 1000 + 60),
    });
    const other = onlySource(world.createChannel(createDependencies(world.clock)));
    await walkAll(other, createWalk('DESC', NOW, bounds));
    world.clock.advance(61_000);
    expect((await walkAll(other, createWalk('DESC', NOW, bounds))).calls).toBeGreaterThan(0);
  });

  test('a key finds its message in what is kept, or with a call or two', async () => {
    world = await openWorld({ messages: 2_000 });
    const channel = world.createChannel();
    const { messages } = await walkAll(onlySource(channel), createWalk('ASC', NOW));
    const wanted = messages.filter((_, index) => index % 50 === 0);
    let calls = 0;
    for (const message of wanted) {
      const budget = new TestBudget(NOW);
      expect(await channel.findMessage(message.key, budget)).toMatchObject({ nativeId: message.nativeId });
      expect(budget.calls).toBeLessThanOrEqual(2);
      calls += budget.calls;
    }
    expect(calls).toBeLessThan(wanted.length / 4);
    const budget = new TestBudget(NOW);
    const [message] = wanted;
    if (!message) throw new Error('There is no message');
    expect(await world.createChannel().findMessage(message.key, budget)).toMatchObject({ key: message.key });
    expect(budget.calls).toBeLessThanOrEqual(2);
    expect(await channel.findMessage(message.key.replace(/\d+$/, '99'), new TestBudget(NOW))).toBeNull();
    expect(await channel.findMessage('nonsense', new TestBudget(NOW))).toBeNull();
  });
});
