import { expect, test } from 'vitest';
import { viewFor } from '../../src/gateway/caller-view.ts';
import { RequestContext } from '../../src/gateway/context.ts';
import { NOW, openViewWorld } from '../support/view-world.ts';

test('each event of a subscription has calls, time and messages of its own', async () => {
  const { options, admit, clock, channels } = openViewWorld();
  const caller = await admit(['messages:read']);
  const context = new RequestContext(viewFor(caller, options), caller);
  const { requestBudget, messages } = context;
  expect([requestBudget.caller, requestBudget.arrivedAt]).toEqual(['bi', NOW]);
  const { key } = channels[0].add(NOW);
  await messages.load({ channel: 'shop', key });
  clock.advance(60_000);
  expect(requestBudget.isOver).toBe(true);
  context.renew();
  expect(context.requestBudget.isOver).toBe(false);
  expect(context.messages).not.toBe(messages);
  context.abort();
  expect(context.requestBudget.isOver).toBe(true);
});
