import { afterEach, describe, expect, test } from 'vitest';
import type { AccountState } from '../../src/domain/upstream-calls.ts';
import type { Sandboxes } from '../../src/sandbox/start.ts';
import { createGatewayWorld, type GatewayWorld } from '../support/gateway-world.ts';
import { subscribe } from '../support/subscriber.ts';
import { TestClock } from '../support/test-clock.ts';
import { isOnServer } from '../support/test-store.ts';
import { fetchPage, walkTimeline, type ShownMessage } from '../support/walk-timeline.ts';

const NOW = Date.parse('2026-03-20T10:00:00Z');
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const PER_PROVIDER = 60;
/** Only matters when it fails. */
const TIMEOUT_MS = 120_000;

const jumps: [string, number[]][] = [
  ['back by half an hour', [-HOUR / 2]],
  ['back by half an hour, and then forward by a day', [-HOUR / 2, DAY]],
  ['forward by a day, and back again', [DAY, -DAY]],
];

const worlds: GatewayWorld[] = [];
afterEach(async () => {
  await Promise.all(worlds.splice(0).map((world) => world.close()));
});

interface World extends GatewayWorld {
  clock: TestClock;
  /** How many calls the provider of each channel has received. */
  calls: () => Record<string, number>;
  accounts: () => AccountState[];
}

/**
 * A gateway whose clock may be set, and providers who know what time it is.
 *
 * @param weCom more of the configuration of its channel
 */
async function open(weCom: Record<string, unknown> = {}): Promise<World> {
  const clock = new TestClock(NOW);
  const offset = NOW - clock.monotonic();
  const world = await createGatewayWorld({
    clock,
    now: () => offset + clock.monotonic(),
    messages: PER_PROVIDER,
    from: NOW - 9 * DAY,
    weComReachDays: 365,
    live: { pollSeconds: 1, reconcileSeconds: 1 },
    channels: ({ channels }) =>
      channels.map((channel) => (channel['provider'] === 'WECOM' ? { ...channel, ...weCom } : channel)),
    settings: { secret: Buffer.alloc(32, 'secret').toString('base64') },
  });
  worlds.push(world);
  // What is sent is wall time, and a provider that checks it finds a clock that is wrong.
  world.sandbox.whatsApp.server.knobs.maxSkewMs = Infinity;
  return Object.assign(world, {
    clock,
    calls: () =>
      Object.fromEntries(world.sandbox.all.map(({ channel, server }) => [channel, server.calls.length])),
    accounts: () =>
      world.gateway.accounts
        .states()
        .map(({ account, ...state }) => ({ ...state, account: account.replace(/:\d+ /, ' ') })),
  });
}

function arrive({ all }: Sandboxes): void {
  for (const sandbox of all) sandbox.add({});
}

const newest = ({ url }: World): Promise<ShownMessage[]> =>
  fetchPage(url, { first: 12 }).then(({ edges }) => edges.map(({ node }) => node));

interface Outcome {
  violations: string[];
  /** All that callers were shown. */
  shown: unknown;
  calls: Record<string, number>;
  accounts: AccountState[];
}

/** @param steps by how much the clock is set, one after the other */
type Scene = (world: World, steps: readonly number[]) => Promise<unknown>;

async function play(scene: Scene, steps: readonly number[]): Promise<Outcome> {
  const world = await open();
  const shown = await scene(world, steps);
  const { calls, accounts, sandbox } = world;
  return { shown, calls: calls(), accounts: accounts(), violations: sandbox.violations() };
}

/** What happens when the clock is not set. */
const controls = new Map<string, Promise<Outcome>>();

/** @param newLists a list that begins while the clock is ahead has a later end, which is looked for in other pages */
async function expectNoChange(
  name: string,
  scene: Scene,
  steps: readonly number[],
  { newLists }: { newLists: boolean },
): Promise<void> {
  const key = `${name} ${steps.length}`;
  const control = await (controls.get(key) ?? play(scene, Array<number>(steps.length).fill(0)));
  controls.set(key, Promise.resolve(control));
  const { violations, ...outcome } = await play(scene, steps);
  if (steps.every((step) => step < 0)) {
    expect(withRest({ ...outcome, violations })).toEqual(withRest({ ...control, violations: [] }));
    return;
  }
  expect(outcome.shown).toEqual(control.shown);
  expect(outcome.accounts.map(atRest)).toEqual(control.accounts.map(atRest));
  for (const [channel, calls] of Object.entries(outcome.calls)) {
    // WeChat's history is asked by the day: a day that may have begun is looked into.
    const more = newLists || channel === 'shop' ? MORE_CALLS : 0;
    expect(calls).toBeLessThanOrEqual((control.calls[channel] ?? 0) + more);
  }
  const own = violations.filter((text) => text !== 'getmsglist: the window lies in the future');
  expect(own).toEqual([]);
}

const MORE_CALLS = 12;

/** How large a share of a quota is left depends on when a server was asked for it. */
function withRest(outcome: Outcome): Outcome {
  return isOnServer ? { ...outcome, accounts: outcome.accounts.map(atRest) } : outcome;
}

function atRest(account: AccountState): AccountState {
  return { ...account, callsLeft: 0 };
}

describe.each(jumps)('a clock that is set %s', (_, steps) => {
  test.each([
    ['ASC', 'forward'],
    ['ASC', 'backward'],
    ['DESC', 'forward'],
    ['DESC', 'backward'],
  ] as const)(
    'in the middle of a walk, %s and paged %s, changes neither what is read nor what is called',
    async (direction, paging) => {
      const walk: Scene = (world, settings) =>
        walkTimeline(() => world.url, {
          direction,
          paging,
          sizes: [31],
          onPage: (_page, number) => {
            world.clock.advance(2_000);
            world.clock.jump(settings[number - 2] ?? 0);
          },
        });
      await expectNoChange(`${direction} ${paging}`, walk, steps, { newLists: false });
    },
    TIMEOUT_MS,
  );

  test(
    'under load changes nothing that is read',
    async () => {
      const load: Scene = async (world, settings) => {
        const pages: ShownMessage[][] = [];
        for (const step of [0, ...settings]) {
          // Whatever is fetched for one of them is good enough for the others, and how many that are is chance.
          await newest(world);
          const reads = Array.from({ length: 10 }, () => newest(world));
          world.clock.jump(step);
          pages.push(...(await Promise.all(reads)));
          world.clock.advance(2_000);
          arrive(world.sandbox);
          world.clock.advance(2_000);
        }
        return pages;
      };
      await expectNoChange('load', load, steps, { newLists: true });
    },
    TIMEOUT_MS,
  );

  test(
    'while nothing is asked hides nothing of what comes after, and makes no provider be asked for more',
    async () => {
      const idle: Scene = async (world, settings) => {
        const shown: unknown[] = [await walkTimeline(() => world.url)];
        for (const step of settings) {
          world.clock.advance(HOUR / 4);
          world.clock.jump(step);
          arrive(world.sandbox);
          world.clock.advance(2_000);
          shown.push(await newest(world), await newest(world));
        }
        return [...shown, await walkTimeline(() => world.url)];
      };
      await expectNoChange('idle', idle, steps, { newLists: true });
    },
    TIMEOUT_MS,
  );

  test(
    'keeps no event back from subscribers',
    async () => {
      // Polls come by real time, and would wait for the pause that WeCom wants between two of them.
      const world = await open({ secondsBetweenPulls: 0 });
      const subscriber = subscribe<{ node: { id: string } }>(
        world.url,
        'subscription { messageAdded { node { id } } }',
      );
      // What each poll finds must be newer than what the last one did.
      const ticking = setInterval(() => {
        world.clock.advance(100);
      }, 20);
      while (Object.values(world.calls()).includes(0))
        await new Promise((resolve) => setTimeout(resolve, 20));
      for (const [index, step] of [...steps, 0].entries()) {
        world.clock.jump(step);
        arrive(world.sandbox);
        await subscriber.until(4 * (index + 1));
      }
      expect(subscriber.errors).toEqual([]);
      const ids = subscriber.received.map(({ node }) => node.id);
      expect(new Set(ids).size).toBe(4 * (steps.length + 1));
      clearInterval(ticking);
      subscriber.close();
    },
    TIMEOUT_MS,
  );
});
