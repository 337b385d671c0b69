import { expect, test } from 'vitest';
import { viewFor } from '../../src/gateway/caller-view.ts';
import { channelOf } from '../../src/gateway/gateway.ts';
import { openViewWorld } from '../support/view-world.ts';

test('the channel of a record is found, and one that its reader does not see is a mistake of ours', async () => {
  const { options, admit, channels } = await openViewWorld();
  const gateway = viewFor(await admit(['messages:read'], ['shop']), options);
  expect(channelOf(gateway, { channel: 'shop' })).toBe(channels[0]);
  expect(() => channelOf(gateway, { channel: 'corp' })).toThrow('A record names the channel corp');
});
