import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT, UnsecuredJWT, type CryptoKey, type JWK } from 'jose';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Authenticator } from '../../src/access/authenticator.ts';
import type { Caller } from '../../src/access/caller.ts';
import { KeysUnavailableError } from '../../src/access/issuer-keys.ts';
import type { JwtConfig } from '../../src/access/json-web-tokens.ts';
import { systemClock, type Clock } from '../../src/util/clock.ts';
import { TestClock } from '../support/test-clock.ts';

const silent = pino({ enabled: false });

/** An issuer that publishes its keys over HTTP. */
let issuer: Server;
let published: JWK[] = [];
let isBroken = false;
let config: JwtConfig;
let first: { privateKey: CryptoKey; kid: string };

async function addKey(kid: string): Promise<{ privateKey: CryptoKey; kid: string }> {
  const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true });
  published.push({ ...(await exportJWK(publicKey)), kid, alg: 'ES256', use: 'sig' });
  return { privateKey, kid };
}

beforeAll(async () => {
  issuer = createServer((_request, response) => {
    if (isBroken) response.writeHead(500).end('out of order');
    else response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys: published }));
  });
  issuer.listen(0, '127.0.0.1');
  await once(issuer, 'listening');
  const { port } = issuer.address() as AddressInfo;
  first = await addKey('first');
  config = {
    issuer: 'https://login.example.com/',
    audience: 'chats',
    jwksUri: `http://127.0.0.1:${port}/keys`,
    algorithms: ['ES256'],
    scopeClaim: 'roles',
    scopes: { support: ['messages:read'], lead: ['messages:read', 'participants:read'] },
    channelsClaim: 'channels',
  };
});
afterAll(() => {
  issuer.closeAllConnections();
  issuer.close();
});

function sign(
  claims: Record<string, unknown>,
  {
    key = first,
    expires = '1h',
    header = {},
  }: { key?: typeof first; expires?: string; header?: object } = {},
): Promise<string> {
  return new SignJWT({ iss: config.issuer, aud: config.audience, sub: 'anna', ...claims })
    .setProtectedHeader({ alg: 'ES256', kid: key.kid, ...header })
    .setExpirationTime(expires)
    .sign(key.privateKey);
}

function enter(
  token: string,
  by = new Authenticator({ apiKeys: [], jwt: config }, systemClock, silent),
): Promise<Caller> {
  return by.authenticate({ authorization: `Bearer ${token}` });
}

test('claims say what a token opens', async () => {
  const caller = await enter(await sign({ roles: ['lead', 'janitor'], channels: ['shop', 'corp'] }));
  expect(caller).toMatchObject({
    name: 'jwt:anna',
    scopes: new Set(['messages:read', 'participants:read']),
    channels: new Set(['shop', 'corp']),
  });
  expect(caller.expiresAt).toBeGreaterThan(Date.now());
});

test('a token without the claims opens nothing, whatever they are called', async () => {
  expect(await enter(await sign({}))).toMatchObject({ scopes: new Set(), channels: new Set() });
  expect(
    await enter(await sign({ roles: ['constructor', '__proto__'], channels: { length: 1 } })),
  ).toMatchObject({
    scopes: new Set(),
    channels: new Set(),
  });
});

test('without a mapping the claim has the names of the scopes, as one text', async () => {
  const { scopes: _, channelsClaim: __, ...plain } = config;
  const by = new Authenticator({ apiKeys: [], jwt: { ...plain, scopeClaim: 'scope' } }, systemClock, silent);
  expect(await enter(await sign({ scope: 'openid messages:read export' }), by)).toMatchObject({
    scopes: new Set(['messages:read', 'export']),
    channels: null,
  });
});

test.each<[string, () => Promise<string> | string]>([
  ['expired', () => sign({}, { expires: '-1m' })],
  ['of another issuer', () => sign({ iss: 'https://evil.example.com/' })],
  ['for another audience', () => sign({ aud: 'mail' })],
  ['without a subject', () => sign({ sub: undefined })],
  [
    'unsigned',
    () =>
      new UnsecuredJWT({ iss: config.issuer, aud: config.audience, sub: 'x' })
        .setExpirationTime('1h')
        .encode(),
  ],
  [
    'signed by a key that was never published',
    async () => sign({}, { key: { ...(await strange()), kid: 'first' } }),
  ],
  ['changed after signing', async () => changed(await sign({ roles: ['support'] }))],
  [
    'signed with the public key as if it were a shared secret',
    () =>
      new SignJWT({ iss: config.issuer, aud: config.audience, sub: 'x' })
        .setProtectedHeader({ alg: 'HS256', kid: 'first' })
        .setExpirationTime('1h')
        .sign(Buffer.from(JSON.stringify(published[0]))),
  ],
])('a token that is %s is refused', async (_, make) => {
  await expect(enter(await make())).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
});

test('a key that the issuer has added since is fetched, and one that it has withdrawn is not good any more', async () => {
  // The library waits this long before it asks the issuer again for a key that it does not know.
  const clocks = { now: Date.now() };
  const by = (): Authenticator =>
    new Authenticator({ apiKeys: [], jwt: config }, { ...systemClock, now: () => clocks.now }, silent);
  const second = await addKey('second');
  expect((await enter(await sign({}, { key: second }), by())).name).toBe('jwt:anna');
  published = published.filter(({ kid }) => kid !== 'second');
  await expect(enter(await sign({}, { key: second }), by())).rejects.toMatchObject({
    code: 'UNAUTHENTICATED',
  });
});

test('an issuer that is out of order is not taken for a bad token', async () => {
  isBroken = true;
  const token = await sign({});
  await expect(enter(token)).rejects.toBeInstanceOf(KeysUnavailableError);
  isBroken = false;
  expect((await enter(token)).name).toBe('jwt:anna');
});

test('an issuer that does not answer in time, by the clock of the gateway, is out of order', async () => {
  const timeouts: number[] = [];
  const clock: Clock = {
    ...systemClock,
    timeout: (milliseconds) => {
      timeouts.push(milliseconds);
      return AbortSignal.abort(new DOMException('It took too long', 'TimeoutError'));
    },
  };
  const by = new Authenticator({ apiKeys: [], jwt: config }, clock, silent);
  await expect(enter(await sign({}), by)).rejects.toBeInstanceOf(KeysUnavailableError);
  expect(timeouts).toEqual([5_000]);
});

test('a token ends when its time has passed, wherever the clock is set, and with the configuration that let it in', async () => {
  const clock = new TestClock(Date.now());
  const by = new Authenticator({ apiKeys: [], jwt: config }, clock, silent);
  const caller = await enter(await sign({}, { expires: '10m' }), by);
  expect(by.isCurrent(caller)).toBe(true);
  by.replace({ apiKeys: [], jwt: { ...config } });
  expect(by.isCurrent(caller)).toBe(true);
  for (const jump of [-1_800_000, 86_400_000, -86_400_000, 1_800_000]) {
    clock.jump(jump);
    clock.advance(60_000);
    expect(by.isCurrent(caller)).toBe(true);
  }
  clock.advance(7 * 60_000);
  expect(by.isCurrent(caller)).toBe(false);
  const later = await enter(await sign({}, { expires: '30m' }), by);
  expect(by.isCurrent(later)).toBe(true);
  by.replace({ apiKeys: [], jwt: { ...config, audience: 'mail' } });
  expect(by.isCurrent(later)).toBe(false);
});

async function strange(): Promise<{ privateKey: CryptoKey }> {
  return generateKeyPair('ES256');
}

/** The same token with another payload under the old signature. */
function changed(token: string): string {
  const [header, payload = '', signature] = token.split('.');
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Record<string, unknown>;
  const other = Buffer.from(JSON.stringify({ ...claims, roles: ['lead'] })).toString('base64url');
  return [header, other, signature].join('.');
}
