import fc from 'fast-check';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Processor } from '../../src/live/processor.ts';
import type { SqlReader } from '../../src/store/sql.ts';
import type { Acceptance, Inbox } from '../../src/store/store.ts';
import { RequestBudget } from '../../src/timeline/request-budget.ts';
import type { SandboxPush } from '../../src/sandbox/sandbox.ts';
import type { PushReceiver } from '../../src/datasources/push-receiver.ts';
import { createDependencies, createStores } from '../support/dependencies.ts';
import { receiverOf, toRequest } from '../datasources/whatsapp-scrm/push-world.ts';
import { NOW, openWorld, type WhatsAppWorld } from '../datasources/whatsapp-scrm/world.ts';

const NAMES = ['first', 'second'] as const;
const LIMITS = { maxInboxItems: 10_000, maxChannelInboxItems: 10_000 };
/** Everything that deliveries leave behind; the order of two channels' rows does not matter. */
const LEFT_BEHIND = [
  'SELECT channel, key, payload, received_at, is_done FROM inbox ORDER BY channel, id',
  'SELECT * FROM credential_uses ORDER BY channel, credential, body',
  'SELECT channel, type, key, payload, published_at FROM events ORDER BY channel, id',
  'SELECT channel, message_id, event, stem, ordinal, heard_at FROM whatsapp_message ORDER BY channel, id',
  'SELECT * FROM whatsapp_status ORDER BY channel, message_id, rank',
  'SELECT * FROM whatsapp_detail ORDER BY channel, message_id',
  'SELECT * FROM whatsapp_profile ORDER BY channel, customer',
];

interface Step {
  channel: (typeof NAMES)[number];
  /** One of the deliveries below. */
  push: number;
  /** What the sender does before its next delivery. */
  then: 'nothing' | 'waits a turn' | 'waits for the answer';
}

const step: fc.Arbitrary<Step> = fc.record({
  channel: fc.constantFrom(...NAMES),
  push: fc.nat(),
  then: fc.constantFrom('nothing', 'nothing', 'nothing', 'waits a turn', 'waits for the answer'),
});

interface Result {
  outcomes: Acceptance[];
  leftBehind: unknown[];
  historyReads: number;
}

let world: WhatsAppWorld;
let pushes: SandboxPush[];
beforeAll(async () => {
  world = await openWorld({ messages: 8 });
  const { pushes: make, records } = world.sandbox;
  const single = records.map((record) => [record]);
  const alike = make.clientSync(records.slice(0, 1));
  pushes = [
    ...single.map((record) => make.msgSync(record, 1)),
    ...single.map((record) => make.clientSync(record)),
    ...single.map((record) => make.clientStatus(record, 4)),
    ...single.slice(0, 3).map((record) => make.clientStatus(record, 2)),
    make.msgSync(records.slice(2, 6), 3),
    // One signature with more bodies than it may have.
    ...single.map((record) => ({ ...alike, body: make.clientSync(record).body })),
    // A group without its id, which the history has.
    ...single.slice(0, 2).map((record) => {
      const push = make.clientSync(record);
      return {
        ...push,
        body: push.body.replace(
          /"friendWhatsApp":"[^"]*"(.*)"chatType":\d/,
          '"friendWhatsApp":"Our team"$1"chatType":2',
        ),
      };
    }),
  ];
});
afterAll(() => world.close());

async function open(): Promise<{
  sql: SqlReader;
  inbox: Inbox;
  receivers: Map<string, PushReceiver>;
}> {
  const stores = createStores();
  const { inbox } = await stores.store.openLive(LIMITS);
  const receivers = new Map(
    NAMES.map((name): [string, PushReceiver] => [
      name,
      receiverOf(world.createChannel(createDependencies(world.clock, stores), { name })),
    ]),
  );
  return { sql: stores.sql, inbox, receivers };
}

/** @param awaitsEach one delivery at a time: accepted and processed before the next one comes */
async function run(steps: readonly Step[], awaitsEach: boolean): Promise<Result> {
  const { sql, inbox, receivers } = await open();
  let historyReads = 0;
  const processors = new Map(
    [...receivers].map(([channel, receiver]) => [
      channel,
      new Processor({
        channel,
        receiver,
        inbox,
        clock: world.clock,
        log: pino({ enabled: false }),
        keepChanged: () => Promise.reject(new Error('Nothing has changed')),
        keepTold: () => Promise.resolve(),
        readHistory: () => {
          historyReads++;
          return new Promise((resolve) => setImmediate(resolve));
        },
        createBudget: () =>
          new RequestBudget({ upstreamCallsPerRequest: 0, requestTimeoutMs: 1_000 }, world.clock).forChannel(
            channel,
          ),
      }),
    ]),
  );
  const idle = async (): Promise<void> => {
    while ((await inbox.backlog()).length > 0) await nextTurn();
  };
  const answers: Promise<Acceptance>[] = [];
  for (const [index, { channel, push, then }] of steps.entries()) {
    const request = pushes[push % pushes.length];
    const at = NOW + index;
    const result = request && receivers.get(channel)?.receive(toRequest(request, at));
    if (!result?.isAccepted) throw new Error('A delivery was refused');
    const answer = inbox.accept(channel, result.items, at, result.voucher?.use);
    answers.push(answer);
    const woken = answer.then(() => processors.get(channel)?.wake());
    if (awaitsEach || then === 'waits for the answer') await woken;
    if (awaitsEach) await idle();
    if (then === 'waits a turn') await nextTurn();
  }
  const outcomes = await Promise.all(answers);
  await idle();
  await Promise.all([...processors.values()].map((processor) => processor.close()));
  return { outcomes, leftBehind: await Promise.all(LEFT_BEHIND.map((text) => sql.all(text))), historyReads };
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

test('any interleaving of deliveries to two channels, in any groups, leaves behind what they leave one at a time', async () => {
  let misused = 0;
  let historyReads = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 100, size: 'max' }), async (steps) => {
      const expected = await run(steps, true);
      expect(await run(steps, false)).toEqual(expected);
      misused += expected.outcomes.filter((outcome) => outcome === 'MISUSED').length;
      historyReads += expected.historyReads;
    }),
    { numRuns: 30, seed: 20260320 },
  );
  // What it is about did occur.
  expect(Math.min(misused, historyReads)).toBeGreaterThan(10);
}, 120_000);
