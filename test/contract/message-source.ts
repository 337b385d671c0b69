import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import type { ChannelDependencies } from '../../src/datasources/dependencies.ts';
import type {
  ChatChannel,
  MessageSource,
  Order,
  SourcePosition,
} from '../../src/datasources/message-source.ts';
import type { MessageRecord } from '../../src/domain/records.ts';
import { createDependencies, createStores, TestBudget } from '../support/dependencies.ts';
import { TestClock } from '../support/test-clock.ts';
import { createWalk, takeMessages, walkAll } from '../support/walk-source.ts';
import { runs } from '../support/runs.ts';

/** A played provider with one account's history in it. */
export interface ProviderWorld {
  /** What the provider lists, oldest first, one identity per message (equal ones for identical records). */
  identities(): string[];
  /** The identity of a record that a source returned. */
  identify(message: MessageRecord): string;
  /** A new channel instance, as after a restart when the dependencies are new. */
  createChannel(dependencies: ChannelDependencies): ChatChannel;
  /** So many messages arrive now (the clock's now). */
  arrive(count: number): void;
  /** Rules of the provider that were broken. */
  violations(): readonly string[];
  close(): Promise<void>;
}

export interface ProviderSuite {
  name: string;
  /** Names of the ways in which the provider may turn out; each must obey the same laws. */
  variants: readonly string[];
  /** Plays the provider with a history of exactly one source, all of it before `clock.now()`. */
  createWorld(options: {
    variant: string;
    messages: number;
    seed: number;
    clock: TestClock;
  }): Promise<ProviderWorld>;
  /** What has arrived is shown after so long at the latest; at once when left out. */
  staleMs?: number;
  /** Of each property; each starts a server. */
  tries?: number;
}

const NOW = Date.parse('2026-03-20T10:00:00Z');
const orders: readonly Order[] = ['ASC', 'DESC'];

/** The laws of reading, for one source. */
export function describeMessageSource({
  name,
  variants,
  tries = 3,
  staleMs = 0,
  ...suite
}: ProviderSuite): void {
  describe.each(variants)(`the laws of reading: ${name}, %s`, (variant) => {
    const worlds: ProviderWorld[] = [];
    afterEach(async () => {
      await Promise.all(worlds.splice(0).map((world) => world.close()));
    });

    async function open(messages: number, seed: number): Promise<ProviderWorld & { clock: TestClock }> {
      const clock = new TestClock(NOW);
      const world = await suite.createWorld({ variant, messages, seed, clock });
      worlds.push(world);
      return { ...world, clock };
    }

    test.each(orders)('a walk in %s order has every message once, in order', async (order) => {
      const world = await open(180, 1);
      const source = onlySource(world.createChannel(createDependencies(world.clock)));
      const { messages } = await walkAll(source, createWalk(order, NOW), 37);
      expect(identitiesOf(world, messages)).toEqual(sorted(world.identities()));
      expectOrder(messages, order);
      expect(new Set(messages.map(({ key }) => key)).size).toBe(messages.length);
      expect(world.violations()).toEqual([]);
    });

    test('an empty history ends at once', async () => {
      const world = await open(0, 2);
      for (const order of orders) {
        const source = onlySource(world.createChannel(createDependencies(world.clock)));
        expect((await walkAll(source, createWalk(order, NOW))).messages).toEqual([]);
      }
      expect(world.violations()).toEqual([]);
    });

    test('pages of any size, restarts and small budgets change nothing', async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.record({
            seed: fc.integer({ min: 1, max: 1_000 }),
            messages: fc.integer({ min: 0, max: 120 }),
            order: fc.constantFrom(...orders),
            sizes: fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 6 }),
            callLimit: fc.constantFrom(3, 6, 64),
            restarts: fc.constantFrom('never', 'with stores', 'without stores'),
            // How many messages each read is asked for; reads by whole pages are another walk.
            limit: fc.option(fc.integer({ min: 1, max: 50 }), { nil: undefined }),
          }),
          async ({ seed, messages, order, sizes, callLimit, restarts, limit }) => {
            const world = await open(messages, seed);
            const baseline = await walkAll(
              onlySource(world.createChannel(createDependencies(world.clock))),
              createWalk(order, NOW),
            );
            let stores = createStores();
            let source = onlySource(world.createChannel(createDependencies(world.clock, stores)));
            const walk = createWalk(order, NOW);
            const found: MessageRecord[] = [];
            let position = source.start(walk);
            let isEnd = false;
            // Without stores, a small budget could not get anywhere in a source that must read far to begin.
            const most = restarts === 'without stores' ? 64 : callLimit;
            for (let page = 0; !isEnd; page++) {
              if (page > 3_000) throw new Error('The walk does not end');
              const step = await takeMessages(source, walk, position, sizes[page % sizes.length] ?? 1, {
                callLimit: most,
                limit,
              });
              found.push(...step.messages);
              ({ position, isEnd } = step);
              if (restarts === 'never') continue;
              if (restarts === 'without stores') stores = createStores();
              source = onlySource(world.createChannel(createDependencies(world.clock, stores)));
            }
            expect(found.map(({ key }) => key)).toEqual(baseline.messages.map(({ key }) => key));
            expect(world.violations()).toEqual([]);
          },
        ),
        { numRuns: runs(tries) },
      );
    });

    test('turning round anywhere gives back what was passed, in both orders', async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.record({
            seed: fc.integer({ min: 1, max: 1_000 }),
            order: fc.constantFrom(...orders),
            ahead: fc.integer({ min: 1, max: 70 }),
            excluded: fc.boolean(),
          }),
          async ({ seed, order, ahead, excluded }) => {
            const world = await open(80, seed);
            const source = onlySource(world.createChannel(createDependencies(world.clock)));
            const there = createWalk(order, NOW);
            const first = await takeMessages(source, there, source.start(there), ahead);
            const back = createWalk(order === 'ASC' ? 'DESC' : 'ASC', NOW);
            const turned: SourcePosition = { ...first.position, isPassedExcluded: excluded, watermark: null };
            const second = await takeMessages(source, back, turned, 1_000);
            const passed = first.messages.map(({ key }) => key).reverse();
            const isInsidePage = first.position.passed !== null;
            expect(second.messages.map(({ key }) => key)).toEqual(
              isInsidePage && excluded ? passed.slice(1) : passed,
            );
            expect(world.violations()).toEqual([]);
          },
        ),
        { numRuns: runs(tries) },
      );
    });

    test('messages that arrive during a walk neither repeat nor hide older ones', async () => {
      for (const order of orders) {
        const world = await open(90, 7);
        const before = world.identities();
        const walk = createWalk(order, NOW);
        const source = onlySource(world.createChannel(createDependencies(world.clock)));
        let step = await takeMessages(source, walk, source.start(walk), 10);
        const found = [...step.messages];
        for (let page = 0; !step.isEnd; page++) {
          if (page > 200) throw new Error('The walk does not end');
          if (found.length < 80) {
            world.clock.advance(staleMs + 1_500);
            world.arrive(1);
          }
          const now = world.clock.now();
          const current = order === 'DESC' ? walk : { ...walk, newest: now };
          step = await takeMessages(source, current, step.position, 10, { now });
          found.push(...step.messages);
        }
        const expected = order === 'DESC' ? before : world.identities();
        expect(identitiesOf(world, found)).toEqual(sorted(expected));
        expectOrder(found, order);
        expect(world.violations()).toEqual([]);
      }
    });

    test('an ended ASC walk goes on when new messages come, and a new DESC walk sees them', async () => {
      const world = await open(60, 8);
      const source = onlySource(world.createChannel(createDependencies(world.clock)));
      let step: { position: SourcePosition } = await walkAll(source, createWalk('ASC', NOW));
      for (const count of [1, 3, 45]) {
        world.clock.advance(staleMs + 1_000);
        world.arrive(count);
        const now = world.clock.now();
        const more = await takeMessages(
          source,
          { ...createWalk('ASC', NOW), newest: now },
          step.position,
          1_000,
          { now },
        );
        expect(identitiesOf(world, more.messages)).toEqual(sorted(world.identities().slice(-count)));
        step = more;
        const walk = createWalk('DESC', now);
        const newest = await takeMessages(source, walk, source.start(walk), count);
        expect(newest.messages.map(({ key }) => key)).toEqual(more.messages.map(({ key }) => key).reverse());
      }
      expect(world.violations()).toEqual([]);
    });

    test('turned at its very start, a DESC walk has what arrives later ahead of it, and nothing else', async () => {
      const world = await open(30, 12);
      const source = onlySource(world.createChannel(createDependencies(world.clock)));
      const walk = createWalk('DESC', NOW);
      const start = JSON.parse(JSON.stringify(source.start(walk))) as SourcePosition;
      world.clock.advance(staleMs + 2_000);
      world.arrive(5);
      const now = world.clock.now();
      const turned: SourcePosition = { ...start, watermark: null };
      const ahead = await takeMessages(source, createWalk('ASC', now), turned, 100, { now });
      expect(identitiesOf(world, ahead.messages)).toEqual(sorted(world.identities().slice(-5)));
      expect(world.violations()).toEqual([]);
    });

    test('bounds of time exclude exactly what lies outside', async () => {
      const world = await open(120, 9);
      const source = onlySource(world.createChannel(createDependencies(world.clock)));
      const all = (await walkAll(source, createWalk('ASC', NOW))).messages;
      const oldest = all[30]?.sentAt ?? 0;
      const newest = all[80]?.sentAt ?? 0;
      const inside = all.filter(({ sentAt }) => sentAt >= oldest && sentAt <= newest).map(({ key }) => key);
      const ascending = await walkAll(source, createWalk('ASC', NOW, { oldest, newest }), 11);
      expect(ascending.messages.map(({ key }) => key)).toEqual(inside);
      const descending = await walkAll(source, createWalk('DESC', NOW, { oldest, newest }), 11);
      expect(descending.messages.map(({ key }) => key)).toEqual(inside.reverse());
      expect(world.violations()).toEqual([]);
    });

    test('every message is found again by its key', async () => {
      const world = await open(70, 10);
      const channel = world.createChannel(createDependencies(world.clock));
      const { messages } = await walkAll(onlySource(channel), createWalk('DESC', NOW));
      const later = world.createChannel(createDependencies(world.clock));
      for (const message of messages.filter((_, index) => index % 7 === 0)) {
        expect(await later.findMessage(message.key, new TestBudget(NOW))).toEqual(message);
      }
      expect(world.violations()).toEqual([]);
    });

    test('the place of a message is the same on every surface, and ascends with its time', async () => {
      const world = await open(150, 13);
      const places = new Map<string, [string, number]>();
      const differing: string[] = [];
      const note = ({ key, sequence, sentAt }: MessageRecord): void => {
        const place = places.get(key) ?? [sequence, sentAt];
        places.set(key, place);
        if (place[0] !== sequence || place[1] !== sentAt) differing.push(key);
      };
      // Each by a process that knows nothing of what another one has read.
      const restarted = (): ChatChannel => world.createChannel(createDependencies(world.clock));
      const all = (await walkAll(onlySource(restarted()), createWalk('DESC', NOW))).messages;
      all.forEach(note);
      expectOrder(all, 'DESC');
      const [oldest, newest] = [all.at(110)?.sentAt ?? 0, all.at(40)?.sentAt ?? 0];
      for (const order of orders) {
        for (const bounds of [{}, { oldest, newest }]) {
          const walk = createWalk(order, NOW, bounds);
          (await walkAll(onlySource(restarted()), walk, 13)).messages.forEach(note);
        }
      }
      const finder = restarted();
      for (const { key } of all) {
        const found = await finder.findMessage(key, new TestBudget(NOW));
        if (found) note(found);
        else differing.push(key);
      }
      expect(differing).toEqual([]);
      expect(places.size).toBe(all.length);
      expect(world.violations()).toEqual([]);
    });

    test('walking again costs at most a quarter of the calls, and equal reads at once are one', async () => {
      const world = await open(180, 11);
      world.clock.advance(3 * 86_400_000);
      const now = world.clock.now();
      const dependencies = createDependencies(world.clock);
      const source = onlySource(world.createChannel(dependencies));
      const first = await walkAll(source, createWalk('DESC', now), 25);
      world.clock.advance(1_000);
      const second = await walkAll(source, createWalk('DESC', now + 1_000), 25);
      expect(second.calls).toBeLessThanOrEqual(Math.max(1, Math.floor(first.calls / 4)));
      const fresh = onlySource(world.createChannel(createDependencies(world.clock)));
      const walk = createWalk('DESC', world.clock.now());
      const alone = await takeMessages(fresh, walk, fresh.start(walk), 20);
      const other = onlySource(world.createChannel(createDependencies(world.clock)));
      const together = await Promise.all(
        Array.from({ length: 20 }, () => takeMessages(other, walk, other.start(walk), 20)),
      );
      expect(together.reduce((sum, { calls }) => sum + calls, 0)).toBe(alone.calls);
      expect(world.violations()).toEqual([]);
    });
  });
}

function onlySource(channel: ChatChannel): MessageSource {
  const sources = channel.sourcesFor({
    conversationKey: null,
    participant: null,
    directions: null,
    kinds: null,
    needsText: false,
  });
  const [source] = sources;
  if (!source || sources.length > 1) throw new Error(`Expected one source, found ${sources.length}`);
  return source;
}

function identitiesOf(world: ProviderWorld, messages: MessageRecord[]): string[] {
  return sorted(messages.map((message) => world.identify(message)));
}

function sorted(values: readonly string[]): string[] {
  return [...values].sort();
}

function expectOrder(messages: MessageRecord[], order: Order): void {
  const ascending = order === 'ASC' ? messages : [...messages].reverse();
  for (const [index, message] of ascending.entries()) {
    const next = ascending[index + 1];
    if (!next) return;
    const isInOrder =
      message.sentAt < next.sentAt || (message.sentAt === next.sentAt && message.sequence < next.sequence);
    if (!isInOrder) throw new Error(`Out of order: ${JSON.stringify([message, next], null, 2)}`);
  }
}
