import { expect, test } from 'vitest';
import { viewFor } from '../../src/gateway/caller-view.ts';
import { createMessageLoader } from '../../src/gateway/message-loader.ts';
import { NOW, openViewWorld } from '../support/view-world.ts';

test('messages are looked up side by side, equal ones once, and recorded together', async () => {
  const { options, admit, channels, recorded } = await openViewWorld();
  const [shop, corp] = channels;
  const [first, second] = [shop.add(NOW - 2), corp.add(NOW - 1)];
  const gateway = viewFor(await admit(['messages:read']), options);
  const loader = createMessageLoader(gateway, gateway.createRequestBudget());
  const refs = [
    { channel: 'shop', key: first.key },
    { channel: 'corp', key: second.key },
    { channel: 'shop', key: first.key },
    { channel: 'shop', key: 'none' },
    { channel: 'nowhere', key: first.key },
  ];
  expect(await loader.loadMany(refs)).toEqual([first, second, first, null, null]);
  expect(await recorded()).toMatchObject([
    { field: 'Query.node', channels: ['shop', 'corp', 'nowhere'], count: 2, outcome: 'OK' },
  ]);
});

test('one that was published is found before its history has it', async () => {
  const { options, admit, channels, publish } = await openViewWorld();
  const [shop] = channels;
  const message = shop.add(NOW);
  shop.messages.splice(0);
  await publish({ type: 'message', channel: 'shop', message });
  const gateway = viewFor(await admit(['messages:read']), options);
  const loader = createMessageLoader(gateway, gateway.createRequestBudget());
  expect(await loader.load({ channel: 'shop', key: message.key })).toEqual(message);
});

test('one that fails does not fail the others, and the record says so', async () => {
  const { options, admit, channels, recorded } = await openViewWorld();
  const [shop, corp] = channels;
  const { key } = shop.add(NOW);
  const failure = new Error('down');
  corp.findMessage = () => Promise.reject(failure);
  const gateway = viewFor(await admit(['messages:read']), options);
  const loader = createMessageLoader(gateway, gateway.createRequestBudget());
  const results = await loader.loadMany([
    { channel: 'corp', key },
    { channel: 'shop', key },
  ]);
  expect(results).toEqual([failure, shop.messages[0]]);
  expect(await recorded()).toMatchObject([{ count: 1, outcome: 'PARTIAL' }]);
});
