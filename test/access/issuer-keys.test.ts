import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWK } from 'jose';
import { expect, onTestFinished, test } from 'vitest';
import { Authenticator } from '../../src/access/authenticator.ts';
import { makeKey } from '../support/api-key.ts';
import { createGatewayWorld } from '../support/gateway-world.ts';
import { createMemoryLog } from '../support/memory-log.ts';
import { TestClock } from '../support/test-clock.ts';

const MINUTE = 60_000;

/** An issuer that answers as it is told, and counts how often it is asked. */
interface Issuer {
  url: string;
  asked: number;
  keys: JWK[];
  answer: (response: ServerResponse) => void;
  /** A token that is good for a day. */
  sign: (kid?: string) => Promise<string>;
}

async function startIssuer(): Promise<Issuer> {
  const privateKeys = new Map<string, CryptoKey>();
  const server = createServer((_request, response) => {
    issuer.asked++;
    issuer.answer(response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const issuer: Issuer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/keys`,
    asked: 0,
    keys: [],
    answer: publish,
    async sign(kid = 'first') {
      let key = privateKeys.get(kid);
      if (!key) {
        const pair = await generateKeyPair('ES256', { extractable: true });
        key = pair.privateKey;
        privateKeys.set(kid, key);
        issuer.keys.push({ ...(await exportJWK(pair.publicKey)), kid, alg: 'ES256', use: 'sig' });
      }
      return new SignJWT({ iss: 'login', aud: 'chats', sub: 'anna', scope: 'messages:read' })
        .setProtectedHeader({ alg: 'ES256', kid })
        .setExpirationTime('1d')
        .sign(key);
    },
  };
  return issuer;

  function publish(response: ServerResponse): void {
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys: issuer.keys }));
  }
}

const outOfOrder = (response: ServerResponse): void => {
  response.writeHead(500).end('out of order');
};

function jwtOf({ url }: Issuer): Record<string, unknown> & { jwksUri: string } {
  return { issuer: 'login', audience: 'chats', jwksUri: url, algorithms: ['ES256'] };
}

interface Gate {
  issuer: Issuer;
  clock: TestClock;
  /** Whoever is let in, or why not. */
  enter: (token: string) => Promise<string>;
  lines: () => unknown[];
}

async function openGate(): Promise<Gate> {
  const issuer = await startIssuer();
  const clock = new TestClock(Date.now());
  const memory = createMemoryLog('warn');
  const jwt = {
    ...jwtOf(issuer),
    issuer: 'login',
    audience: 'chats',
    algorithms: ['ES256'],
    scopeClaim: 'scope',
  };
  const authenticator = new Authenticator({ apiKeys: [], jwt }, clock, memory.log);
  return {
    issuer,
    clock,
    enter: (token) =>
      authenticator.authenticate({ authorization: `Bearer ${token}` }).then(
        ({ name }) => name,
        (error: unknown) => (error instanceof Error ? error.message : 'no error'),
      ),
    lines: () => memory.lines().map(({ level, msg }) => [level, msg]),
  };
}

const unavailable = (seconds: number): string =>
  `The gateway cannot fetch the token issuer's keys, so it cannot check tokens; retry in ${seconds} s. API keys work.`;
const NOT_VALID = 'This API key or token is invalid, revoked or expired.';

test('an issuer that is down is asked once in ten seconds, however many tokens come', async () => {
  const { issuer, clock, enter, lines } = await openGate();
  const token = await issuer.sign();
  const publish = issuer.answer;
  issuer.answer = outOfOrder;
  const many = (): Promise<string[]> => Promise.all(Array.from({ length: 50 }, () => enter(token)));
  expect(new Set(await many())).toEqual(new Set([unavailable(10)]));
  clock.advance(6_500);
  expect(new Set(await many())).toEqual(new Set([unavailable(4)]));
  expect(issuer.asked).toBe(1);
  clock.advance(3_500);
  expect(new Set(await many())).toEqual(new Set([unavailable(10)]));
  expect(issuer.asked).toBe(2);
  expect(lines()).toEqual([
    [50, "The issuer's keys cannot be fetched; tokens cannot be checked"],
    [50, "The issuer's keys cannot be fetched; tokens cannot be checked"],
  ]);
  issuer.answer = publish;
  clock.advance(10_000);
  expect(new Set(await many())).toEqual(new Set(['jwt:anna']));
  expect(issuer.asked).toBe(3);
});

test('keys are fetched once in ten minutes, and are good for an hour while the issuer does not answer', async () => {
  const { issuer, clock, enter, lines } = await openGate();
  const token = await issuer.sign();
  const publish = issuer.answer;
  expect(await enter(token)).toBe('jwt:anna');
  clock.advance(10 * MINUTE);
  expect(await enter(token)).toBe('jwt:anna');
  expect(issuer.asked).toBe(1);
  issuer.answer = (response) => response.destroy();
  clock.advance(1);
  for (let tries = 0; tries < 20; tries++) expect(await enter(token)).toBe('jwt:anna');
  expect(issuer.asked).toBe(2);
  clock.advance(50 * MINUTE - 1);
  expect(await enter(token)).toBe('jwt:anna');
  expect(issuer.asked).toBe(3);
  clock.advance(1);
  expect(await enter(token)).toBe(unavailable(10));
  expect(lines().at(0)).toEqual([
    40,
    "The issuer's keys cannot be fetched; the gateway uses the cached ones",
  ]);
  issuer.answer = publish;
  clock.advance(10_000);
  expect(await enter(token)).toBe('jwt:anna');
});

test('a clock that is set back or forward changes nothing of it', async () => {
  const { issuer, clock, enter } = await openGate();
  const token = await issuer.sign();
  expect(await enter(token)).toBe('jwt:anna');
  for (const jump of [-30 * MINUTE, 5 * 3_600_000]) {
    clock.jump(jump);
    expect(await enter(token)).toBe('jwt:anna');
  }
  expect(issuer.asked).toBe(1);
});

test('names of keys that there are not have the issuer asked once in thirty seconds', async () => {
  const { issuer, clock, enter } = await openGate();
  expect(await enter(await issuer.sign())).toBe('jwt:anna');
  const strange = await Promise.all(
    Array.from({ length: 20 }, (_, index) => issuer.sign(`strange-${index}`)),
  );
  issuer.keys.length = 1;
  const all = (): Promise<Set<string>> => Promise.all(strange.map(enter)).then((answers) => new Set(answers));
  expect(await all()).toEqual(new Set([NOT_VALID]));
  expect(issuer.asked).toBe(1);
  clock.advance(30_000);
  expect(await all()).toEqual(new Set([NOT_VALID]));
  expect(issuer.asked).toBe(2);
  clock.advance(30_000);
  const fresh = await issuer.sign('fresh');
  expect(await enter(fresh)).toBe('jwt:anna');
  expect(issuer.asked).toBe(3);
});

test('while the issuer does not answer, a token of a key that is not known may still be good', async () => {
  const { issuer, clock, enter } = await openGate();
  const token = await issuer.sign();
  expect(await enter(token)).toBe('jwt:anna');
  issuer.answer = outOfOrder;
  clock.advance(MINUTE);
  expect(await enter(await issuer.sign('fresh'))).toBe(unavailable(10));
  expect(await enter(token)).toBe('jwt:anna');
});

test('a key that the issuer has withdrawn is good for ten minutes at most', async () => {
  const { issuer, clock, enter } = await openGate();
  const token = await issuer.sign();
  await issuer.sign('second');
  expect(await enter(token)).toBe('jwt:anna');
  issuer.keys.shift();
  clock.advance(10 * MINUTE + 1);
  expect(await enter(token)).toBe(NOT_VALID);
});

test.each<[string, (response: ServerResponse) => void]>([
  ['no JSON', (response) => response.end('<html>')],
  ['no set of keys', (response) => response.end('{"keys":{"length":1}}')],
  ['a redirection', (response) => response.writeHead(302, { location: 'http://127.0.0.1:9/' }).end()],
  ['more than a set of keys', (response) => response.end(`{"keys":[],"more":"${'x'.repeat(2_000_000)}"}`)],
])('an issuer that answers with %s has not answered', async (_, answer) => {
  const { issuer, enter } = await openGate();
  issuer.answer = answer;
  expect(await enter(await issuer.sign())).toBe(unavailable(10));
});

test('over HTTP it is a 503 that says when to come back, and API keys go on working', async () => {
  const issuer = await startIssuer();
  issuer.answer = outOfOrder;
  const key = makeKey('bi', ['messages:read']);
  const world = await createGatewayWorld({
    messages: 1,
    auth: { apiKeys: [key.entry], jwt: jwtOf(issuer) },
  });
  onTestFinished(() => world.close());
  const ask = (headers: Record<string, string>): Promise<Response> =>
    fetch(`${world.url}?query={channels{name}}`, { headers });
  const refused = await ask({ authorization: `Bearer ${await issuer.sign()}` });
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '10']);
  expect(await refused.json()).toEqual({
    errors: [{ message: unavailable(10), extensions: { code: 'INTERNAL_SERVER_ERROR' } }],
  });
  expect((await ask(key.headers)).status).toBe(200);
});
