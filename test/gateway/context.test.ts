import { expect, test } from 'vitest';
import { viewFor } from '../../src/gateway/caller-view.ts';
import { RequestContext } from '../../src/gateway/context.ts';
import { NOW, openViewWorld } from '../support/view-world.ts';

test('a request has calls, time and messages of its own, until it is aborted', async () => {
  const { options, admit, clock, channels } = await openViewWorld();
  const caller = await admit(['messages:read']);
  const context = new RequestContext(viewFor(caller, options), caller);
  const { requestBudget, messages } = context;
  expect([requestBudget.caller, requestBudget.arrivedAt]).toEqual(['bi', NOW]);
  const { key } = channels[0].add(NOW);
  await messages.load({ channel: 'shop', key });
  clock.advance(60_000);
  expect(requestBudget.isOver).toBe(true);
  const next = new RequestContext(viewFor(caller, options), caller);
  expect([next.requestBudget.isOver, next.messages === messages]).toEqual([false, false]);
  next.abort();
  expect(next.requestBudget.isOver).toBe(true);
});
