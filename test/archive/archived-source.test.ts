import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ArchivedSource } from '../../src/archive/archived-source.ts';
import { KeptMessages } from '../../src/archive/kept-messages.ts';
import { PositionError } from '../../src/datasources/kit/position.ts';
import type { Order, SourcePosition, Walk } from '../../src/datasources/message-source.ts';
import type { MessageRecord } from '../../src/domain/records.ts';
import { createPage } from '../support/archive-page.ts';
import { ChangingArchive, variedHistory } from '../support/archived-history.ts';
import { TestBudget } from '../support/dependencies.ts';
import { MemorySource } from '../support/memory-source.ts';
import { runs } from '../support/runs.ts';
import { createWalk, takeMessages, walkAll } from '../support/walk-source.ts';

const NOW = Date.parse('2026-03-20T10:00:00Z');
const orders: readonly Order[] = ['ASC', 'DESC'];

interface World {
  messages: readonly MessageRecord[];
  native: MemorySource;
  archive: ChangingArchive;
  source: ArchivedSource;
}

function open({ seed = 1, count = 60, pageSize = 7 } = {}): World {
  const messages = variedHistory('shop', seed, count, NOW);
  const native = new MemorySource({ channel: 'shop', messages, pageSize });
  const within = { since: NOW - 10 * count, until: NOW - 100 };
  const archive = new ChangingArchive(messages, seed, within);
  return { messages, native, archive, source: new ArchivedSource(native, new KeptMessages(archive)) };
}

function keysOf(messages: readonly MessageRecord[]): string[] {
  return messages.map(({ key }) => key);
}

describe('an archived source', () => {
  test.each(orders)('makes no call for what is settled and covered, %s', async (order) => {
    const { messages, native, archive, source } = open();
    const span = { since: NOW - 500, until: NOW - 200 };
    await archive.fill(span);
    native.onRead = () => {
      throw new Error('The provider was asked');
    };
    const walk = createWalk(order, NOW, { oldest: span.since, newest: span.until - 1 });
    const inside = messages.filter(({ sentAt }) => sentAt >= span.since && sentAt < span.until);
    expect(inside.length).toBeGreaterThan(10);
    const walked = await walkAll(source, walk, 4);
    expect(keysOf(walked.messages)).toEqual(keysOf(order === 'ASC' ? inside : inside.toReversed()));
    expect(walked.calls).toBe(0);
  });

  test('walks are the same while coverage grows and shrinks, whichever way they turn', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          seed: fc.integer({ min: 1, max: 100_000 }),
          count: fc.integer({ min: 0, max: 80 }),
          pageSize: fc.integer({ min: 1, max: 20 }),
          order: fc.constantFrom(...orders),
          sizes: fc.array(fc.integer({ min: 1, max: 15 }), { minLength: 1, maxLength: 5 }),
          limit: fc.option(fc.integer({ min: 1, max: 9 }), { nil: undefined }),
          turnAfter: fc.integer({ min: 0, max: 80 }),
          isExcluded: fc.boolean(),
        }),
        async ({ order, sizes, limit, turnAfter, isExcluded, ...options }) => {
          const { messages, archive, source } = open(options);
          const walk = createWalk(order, NOW);
          const found: MessageRecord[] = [];
          let step: { position: SourcePosition; isEnd: boolean } = {
            position: source.start(walk),
            isEnd: false,
          };
          for (let page = 0; !step.isEnd && found.length <= turnAfter; page++) {
            if (page > 1_000) throw new Error('The walk does not end');
            await archive.change();
            const size = sizes[page % sizes.length] ?? 1;
            const taken = await takeMessages(source, walk, step.position, size, { limit, callLimit: 1_000 });
            found.push(...taken.messages);
            step = taken;
          }
          const whole = order === 'ASC' ? messages : messages.toReversed();
          expect(keysOf(found)).toEqual(keysOf(whole).slice(0, found.length));
          if (step.isEnd) expect(found).toHaveLength(whole.length);

          await archive.change();
          const back = createWalk(order === 'ASC' ? 'DESC' : 'ASC', NOW);
          const isInsidePage = step.position.passed !== null;
          const turned = { ...step.position, isPassedExcluded: isExcluded, watermark: null };
          const returned = await takeMessages(source, back, turned, 1_000, { callLimit: 1_000 });
          expect(keysOf(returned.messages)).toEqual(
            keysOf(found.toReversed()).slice(isInsidePage && isExcluded ? 1 : 0),
          );
        },
      ),
      { numRuns: runs(1_500) },
    );
  });

  test('reads on from cursors that were made before there was an archive', async () => {
    for (const order of orders) {
      for (const count of [1, 5, 7, 20, 40]) {
        const { native, archive, source } = open();
        const walk = createWalk(order, NOW);
        const all = keysOf((await walkAll(native, walk)).messages);
        const before = await takeMessages(native, walk, native.start(walk), count);
        await archive.fill({ since: NOW - 550, until: NOW - 150 });
        const after = await takeMessages(source, walk, before.position, 1_000);
        expect([...keysOf(before.messages), ...keysOf(after.messages)]).toEqual(all);
      }
    }
  });

  test.each(orders)('begins to read the archive where a cursor of the provider stands, %s', async (order) => {
    const { messages, native, archive, source } = open({ count: 2_000 });
    const walk = createWalk(order, NOW, { newest: NOW - 1 });
    const made = [native, source].map((of) =>
      takeMessages(of, walk, of.start(walk), 1_000, { callLimit: 1_000 }),
    );
    const cursors = (await Promise.all(made)).map(({ position }) => position);
    await archive.fill({ since: 0, until: NOW });
    native.onRead = () => {
      throw new Error('The provider was asked');
    };
    const read = archive.read.bind(archive);
    let passedOver = 0;
    archive.read = (query) => {
      const { span, after } = query;
      const isBehind = ({ sequence }: MessageRecord): boolean =>
        after !== null && (query.order === 'ASC' ? sequence <= after : sequence >= after);
      const { length } = messages.filter(
        (message) => message.sentAt >= span.since && message.sentAt < span.until && isBehind(message),
      );
      passedOver = Math.max(passedOver, length);
      return read(query);
    };
    const whole = keysOf(order === 'ASC' ? messages : messages.toReversed());
    for (const cursor of cursors) {
      const onward = await takeMessages(source, walk, cursor, 1_000);
      expect(keysOf(onward.messages)).toEqual(whole.slice(1_000));
      const back: Walk = { ...walk, order: order === 'ASC' ? 'DESC' : 'ASC' };
      const returned = await takeMessages(source, back, { ...cursor, watermark: null }, 1_000);
      expect(keysOf(returned.messages)).toEqual(whole.slice(0, 1_000).toReversed());
    }
    // Of one page, or of one moment.
    expect(passedOver).toBeLessThan(20);
  });

  test('asks the provider when what it reads loses its coverage meanwhile', async () => {
    const { messages, archive, source } = open();
    const span = { since: NOW - 500, until: NOW - 200 };
    await archive.fill(span);
    const read = archive.read.bind(archive);
    archive.read = (query) => {
      archive.drop(span);
      return read(query);
    };
    const walk = createWalk('DESC', NOW);
    const { messages: walked } = await walkAll(source, walk);
    expect(keysOf(walked)).toEqual(keysOf(messages.toReversed()));
  });

  test('shows what the provider lists no more as it was kept, with the others', async () => {
    const { messages, archive } = open();
    await archive.fill({ since: NOW - 500, until: NOW - 200 });
    const [gone] = messages.filter(({ sentAt }) => sentAt >= NOW - 400);
    if (!gone) throw new Error('There is no message');
    await archive.keep(createPage({ delisted: [gone.key], readAt: NOW }));
    const listed = messages.filter((message) => message !== gone);
    const native = new MemorySource({ channel: 'shop', messages: listed, pageSize: 7 });
    const source = new ArchivedSource(native, new KeptMessages(archive));
    const { messages: walked } = await walkAll(source, createWalk('ASC', NOW));
    expect(walked).toEqual(messages);
  });

  test('leaves a moment to the provider that was begun in an order which the archive does not know', async () => {
    const [sentAt, other] = [NOW - 300, NOW - 400];
    const history = variedHistory('shop', 1, 6, NOW).map((message, index) => ({
      ...message,
      sentAt: index < 3 ? other : sentAt,
    }));
    const placed = (place: (index: number) => string): MessageRecord[] =>
      history.map((message, index) => ({ ...message, sequence: `${message.sentAt}.${place(index)}` }));
    // As WeChat orders a second before and after it knows that its pages are shuffled.
    const unsettled = placed((index) => `r${index}`);
    const settled = placed((index) => `d${9 - index}`);
    const archive = new ChangingArchive(settled, 1, { since: 0, until: NOW });
    const native = new MemorySource({ channel: 'shop', messages: unsettled, pageSize: 10 });
    const source = new ArchivedSource(native, new KeptMessages(archive));
    const walk = createWalk('DESC', NOW);
    const first = await takeMessages(source, walk, source.start(walk), 2);
    await archive.fill({ since: 0, until: NOW });
    const rest = await takeMessages(source, walk, first.position, 10);
    expect(keysOf([...first.messages, ...rest.messages]).sort()).toEqual(keysOf(history).sort());
  });

  test('refuses any position that it did not make, and never fails otherwise', async () => {
    const { archive, source } = open();
    await archive.fill({ since: NOW - 500, until: NOW - 200 });
    const moment = fc.oneof(
      fc.integer({ min: NOW - 700, max: NOW }),
      fc.integer(),
      fc.double(),
      fc.constant(null),
    );
    const span = fc.oneof(fc.tuple(moment, moment), fc.array(moment), fc.jsonValue());
    const native = fc.oneof(fc.tuple(fc.integer()), fc.array(fc.jsonValue()), fc.jsonValue());
    const page = fc.oneof(
      fc.record(
        { archived: span, edge: fc.oneof(fc.tuple(fc.string(), fc.boolean()), fc.jsonValue()), native },
        { requiredKeys: ['archived'] },
      ),
      fc.jsonValue(),
    );
    let refused = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          order: fc.constantFrom(...orders),
          page,
          passed: fc.option(fc.string()),
          isPassedExcluded: fc.boolean(),
          watermark: fc.option(fc.integer({ min: 0, max: NOW })),
        }),
        fc.constantFrom(...orders),
        async (drawn, order) => {
          const position = JSON.parse(JSON.stringify(drawn)) as SourcePosition;
          try {
            const slice = await source.read(position, createWalk(order, NOW), new TestBudget(NOW));
            expect(slice.messages.length).toBeLessThanOrEqual(60);
          } catch (error) {
            if (!(error instanceof PositionError)) throw error;
            refused++;
          }
        },
      ),
      { numRuns: runs(3_000) },
    );
    expect(refused).toBeGreaterThan(100);
  });
});
