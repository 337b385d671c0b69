import { afterEach, describe, expect, test } from 'vitest';
import { deliver, type Delivery } from '../../support/deliver.ts';
import { createGatewayWorld, type GatewayWorld, type WorldOptions } from '../../support/gateway-world.ts';
import { beginRequest } from '../../support/unfinished-request.ts';

const closers: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function open(options: WorldOptions = {}): Promise<GatewayWorld> {
  const world = await createGatewayWorld({ messages: 3, live: { reconcileSeconds: 3600 }, ...options });
  closers.push(() => world.close());
  return world;
}

function pathOf(channel: string, { event, query = {} }: Delivery): string {
  return `/webhooks/${channel}/${event}?${new URLSearchParams(query).toString()}`;
}

describe('without a byte of its body, a delivery is refused', () => {
  test.each<
    [
      string,
      number,
      (world: GatewayWorld) => { path: string; headers?: Record<string, string>; length?: number },
    ]
  >([
    ['for a channel that there is not', 404, () => ({ path: '/webhooks/nobody/callback' })],
    ['for an event that there is not', 404, () => ({ path: '/webhooks/whatsapp/no-such-event' })],
    ['for a channel that is not pushed to', 404, () => ({ path: '/webhooks/shop/callback' })],
    ['for a URL that there is not', 404, () => ({ path: '/nothing/here' })],
    ['of WhatsApp without credentials', 401, () => ({ path: '/webhooks/whatsapp/client-sync-message' })],
    [
      'of WhatsApp with a wrong token',
      401,
      () => ({
        path: '/webhooks/whatsapp/client-sync-message-status',
        headers: { access_token: '0'.repeat(64), tenant_id: '82', timestamp: String(Date.now()) },
      }),
    ],
    ['of WeCom without a signature', 403, () => ({ path: '/webhooks/corp/callback?timestamp=1&nonce=2' })],
    [
      'of Tencent with a wrong signature',
      403,
      ({ sandbox: { tencentChat } }) => {
        const push = tencentChat.pushes.command('Any', {});
        return { path: pathOf('broadcast', { ...push, query: { ...push.query, Sign: '0'.repeat(64) } }) };
      },
    ],
    [
      'that is longer than the provider sends',
      413,
      ({ sandbox: { tencentChat } }) => ({
        path: pathOf('broadcast', tencentChat.pushes.command('Any', {})),
      }),
    ],
  ])('%s', async (_, status, make) => {
    const world = await open();
    const { path, ...request } = make(world);
    const { socket, closed } = beginRequest(new URL(world.url).origin, path, request);
    closers.push(() => {
      socket.destroy();
    });
    expect((await closed).status).toBe(status);
  });
});

test('a body that does not arrive is aborted, and its connection with it', async () => {
  const world = await open({ settings: { webhooks: { bodySeconds: 1 } } });
  const unfinished = Array.from({ length: 60 }, () =>
    beginRequest(new URL(world.url).origin, '/webhooks/whatsapp/msg-sync-message', { body: '{"data":[' }),
  );
  const answers = await Promise.all(unfinished.map(({ closed }) => closed));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([408]));
});

test('a full inbox tells each provider to come again, and keeps nothing', async () => {
  const world = await open({ settings: { webhooks: { maxInboxItems: 2_000, maxChannelInboxItems: 2_000 } } });
  const { inbox } = world.gateway.live;
  const waiting = Array.from({ length: 2_000 }, (_, index) => ({ key: String(index), payload: null }));
  expect(await inbox.accept('none', waiting, Date.now())).toBe('KEPT');
  const deliveries = world.sandbox.all.flatMap((sandbox) =>
    sandbox.push(sandbox.add({})).map((push) => ({ channel: sandbox.channel, push })),
  );
  expect(new Set(deliveries.map(({ channel }) => channel))).toEqual(
    new Set(['corp', 'broadcast', 'whatsapp']),
  );
  for (const { channel, push } of deliveries) {
    expect((await deliver(world.url, channel, push)).status).toBe(503);
  }
  expect((await inbox.backlog()).map(({ channel }) => channel)).toEqual(['none']);
});

test('a signature of WhatsApp that was seen vouches for a few bodies and no more, and for its own as often as that comes', async () => {
  const world = await open();
  const { whatsApp } = world.sandbox;
  const request = whatsApp.pushes.clientSync([whatsApp.add({})]);
  const signedAlike = (): Delivery => ({
    ...request,
    body: whatsApp.pushes.clientSync([whatsApp.add({})]).body,
  });
  const status = async (delivery: Delivery): Promise<number> =>
    (await deliver(world.url, 'whatsapp', delivery)).status;
  expect(await status(request)).toBe(200);
  // The provider may sign several in one millisecond.
  for (let count = 2; count <= 4; count++) expect(await status(signedAlike())).toBe(200);
  expect([await status(signedAlike()), await status(request)]).toEqual([401, 200]);
});
